import { textOf } from '../database/explain-error.ts';
import type { MigrationFile } from './files/migration-files.ts';
import type { Statement } from './files/statements.ts';

/** Where and why a migration failed. line and column count from 1. */
export interface MigrationFailure {
  readonly file: string;
  /** Nothing of the file remains; else what comes before the place does. */
  readonly undone: boolean;
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly message: string;
  readonly sqlstate: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** Where in a function or a trigger, as PostgreSQL tells it. */
  readonly context: string | undefined;
}

export function describeFailure(
  migration: MigrationFile,
  statement: Statement,
  error: Error,
): MigrationFailure {
  const offset = statement.offset + errorOffset(statement.text, textOf(error, 'position'));
  const before = migration.sql.slice(0, offset).split('\n');
  const line = before.length;
  return {
    file: migration.file,
    undone: !migration.marks.includes('concurrently'),
    line,
    column: [...(before.at(-1) ?? '')].length + 1,
    source: migration.sql.split('\n')[line - 1]?.trimEnd() ?? '',
    message: error.message,
    sqlstate: textOf(error, 'code'),
    detail: textOf(error, 'detail'),
    hint: textOf(error, 'hint'),
    context: textOf(error, 'where'),
  };
}

const UNDONE = 'Nothing of it was applied.';
const GOES_ON = 'What comes before stays done; the next run goes on from there.';

export function formatFailure(failure: MigrationFailure): string {
  const { file, undone, line, column, source, message, sqlstate, detail, hint, context } = failure;
  const gutter = `  ${line} | `;
  // Tabs stay tabs, so that the caret stands below its character whatever their width.
  const indent = [...source]
    .slice(0, column - 1)
    .join('')
    .replaceAll(/[^\t]/gu, ' ');
  const lines = [
    `${file} failed at line ${line}, column ${column}. ${undone ? UNDONE : GOES_ON}`,
    '',
    `${gutter}${source}`,
    `${' '.repeat(gutter.length)}${indent}^`,
    `ERROR ${sqlstate ?? ''}: ${message}`,
  ];
  if (detail !== undefined) lines.push(`DETAIL: ${detail}`);
  if (hint !== undefined) lines.push(`HINT: ${hint}`);
  if (context !== undefined) lines.push(`CONTEXT: ${context}`);
  return `${lines.join('\n')}\n`;
}

/** PostgreSQL counts characters from 1. Errors at run time have no position: the statement's begin. */
function errorOffset(sql: string, position: string | undefined): number {
  if (position === undefined) return 0;
  return [...sql].slice(0, Number(position) - 1).join('').length;
}
