import { textOf } from '../database/explain-error.ts';
import type { MigrationFile } from './files/migration-files.ts';
import type { Statement } from './files/statements.ts';

/** Where and why a migration failed. `line` and `column` count from 1. */
export interface MigrationFailure {
  readonly file: string;
  /** true: all of the file was rolled back. false: the statements before the failed one stay. */
  readonly undone: boolean;
  readonly line: number;
  readonly column: number;
  readonly source: string;
  readonly message: string;
  readonly sqlstate: string | undefined;
  readonly detail: string | undefined;
  readonly hint: string | undefined;
  /** PostgreSQL's description of the position in a function or trigger. */
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
const CONTINUES = 'The statements before it stay applied; the next run continues from there.';

export function formatFailure(failure: MigrationFailure): string {
  const { file, undone, line, column, source, message, sqlstate, detail, hint, context } = failure;
  const gutter = `  ${line} | `;
  // Keeps tabs, so that the caret is below its character at any tab width.
  const indent = [...source]
    .slice(0, column - 1)
    .join('')
    .replaceAll(/[^\t]/gu, ' ');
  const lines = [
    `${file} failed at line ${line}, column ${column}. ${undone ? UNDONE : CONTINUES}`,
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

/** PostgreSQL counts characters from 1. Errors at run time have no position: use the statement's start. */
function errorOffset(sql: string, position: string | undefined): number {
  if (position === undefined) return 0;
  return [...sql].slice(0, Number(position) - 1).join('').length;
}
