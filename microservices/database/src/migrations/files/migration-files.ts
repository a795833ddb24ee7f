import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { needsNoTransaction, parseRepeatable, REPEATABLE_FORMS } from '../repeatable.ts';
import { type Mark, readMarks } from './marks.ts';
import { isTransactionControl, type Statement, splitStatements } from './statements.ts';

export interface MigrationFile {
  readonly version: number;
  /** Without number and extension: `shop` for 0001_shop.sql. */
  readonly name: string;
  readonly file: string;
  readonly sql: string;
  readonly marks: readonly Mark[];
  /** Covers this file and all earlier ones: it includes the previous checksum. */
  readonly checksum: string;
  /** Of the files with CRLF, as a database has it that was migrated from such files. */
  readonly crlfChecksum: string;
}

export type FilesResult =
  | { readonly ok: true; readonly files: readonly MigrationFile[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** The same distance from src/migrations and from dist/migrations. */
export const DEFAULT_DIRECTORY = fileURLToPath(new URL('../../../migrations', import.meta.url));

const FILE_NAME = /^(?<version>\d{4})_(?<name>[a-z0-9]+(?:_[a-z0-9]+)*)\.sql$/;

export async function readMigrations(directory: string): Promise<FilesResult> {
  const listing = await readdir(directory).catch(() => undefined);
  if (listing === undefined) {
    return { ok: false, problems: [`There is no directory of migrations at ${directory}.`] };
  }
  const names = listing.filter((name) => name.endsWith('.sql')).sort();
  const problems = checkNames(names);
  if (names.length === 0) problems.push(`There are no migrations in ${directory}.`);
  if (problems.length > 0) return { ok: false, problems };

  const files: MigrationFile[] = [];
  for (const file of names) {
    const sql = unixLines(await readFile(join(directory, file), 'utf8'));
    const checksum = chainChecksum(files.at(-1)?.checksum ?? '', sql);
    const crlfChecksum = chainChecksum(
      files.at(-1)?.crlfChecksum ?? '',
      sql.replaceAll('\n', '\r\n'),
    );
    const { marks } = readMarks(file, sql);
    files.push({ ...parseName(file), file, sql, marks, checksum, crlfChecksum });
  }
  const broken = files.flatMap(checkContent);
  return broken.length > 0 ? { ok: false, problems: broken } : { ok: true, files };
}

/** Git on Windows and archives for Windows write CRLF, and editors there a byte order mark. */
const unixLines = (sql: string): string => sql.replace(/^\uFEFF/, '').replaceAll('\r\n', '\n');

function chainChecksum(previous: string, sql: string): string {
  return createHash('sha256').update(previous).update(sql).digest('hex');
}

function parseName(file: string): { version: number; name: string } {
  const groups = FILE_NAME.exec(file)?.groups;
  return { version: Number(groups?.version), name: groups?.name ?? '' };
}

function checkNames(names: readonly string[]): string[] {
  const misnamed = names.filter((name) => !FILE_NAME.test(name));
  if (misnamed.length > 0) {
    return misnamed.map((name) => `${name}: a migration is named like 0002_add_color.sql.`);
  }
  return names.flatMap((name, index) => {
    const { version } = parseName(name);
    const previous = names[index - 1];
    const expected = previous === undefined ? 1 : parseName(previous).version + 1;
    if (version === expected) return [];
    return previous !== undefined && version === expected - 1
      ? [`${name} has the number of ${previous}: give the later one the next number.`]
      : [
          `${name} should be number ${String(expected).padStart(4, '0')}: one is missing before it.`,
        ];
  });
}

function checkContent({ file, sql, marks }: MigrationFile): string[] {
  if (sql.includes('\uFFFD')) return [`${file} is not valid UTF-8.`];
  const statements = splitStatements(sql);
  const check = marks.includes('concurrently') ? checkRepeatable : checkTransactional;
  const wrong = statements.flatMap((statement) => {
    const problem = check(statement);
    const line = sql.slice(0, statement.offset).split('\n').length;
    return problem === undefined
      ? []
      : [`${file}:${line}: "${shorten(statement.text)}" ${problem}`];
  });
  return [...readMarks(file, sql).problems, ...wrong.slice(0, 1)];
}

function checkTransactional(statement: Statement): string | undefined {
  if (isTransactionControl(statement)) {
    return 'does not belong here: a migration is one transaction.';
  }
  if (!needsNoTransaction(statement)) return undefined;
  return (
    'cannot run in a transaction: move it into a file of its own that begins with the line ' +
    '"-- carthub: concurrently".'
  );
}

function checkRepeatable(statement: Statement): string | undefined {
  if (parseRepeatable(statement) !== undefined) return undefined;
  return `cannot be repeated: a file marked "concurrently" may hold ${REPEATABLE_FORMS}.`;
}

/** The start of the statement, on one line. */
function shorten(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ');
  return line.length > 60 ? `${line.slice(0, 59)}…` : line;
}
