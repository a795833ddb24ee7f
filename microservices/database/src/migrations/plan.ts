import type { MigrationFile } from './files/migration-files.ts';

/** A row of schema_version. */
export interface AppliedMigration {
  readonly version: number;
  readonly name: string;
  readonly checksum: string;
  readonly applied_at: Date;
  readonly duration_ms: number;
  /** It has the mark "breaking". */
  readonly breaking: boolean;
}

export type Plan =
  | { readonly ok: true; readonly pending: readonly MigrationFile[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/**
 * The pending migrations. Refuses if history and files disagree, and names only the first such file:
 * checksums are chained, so all later ones differ too.
 */
export function planMigrations(
  files: readonly MigrationFile[],
  applied: readonly AppliedMigration[],
): Plan {
  const newest = applied.at(-1)?.version ?? 0;
  const byVersion = new Map(applied.map((row) => [row.version, row]));
  for (const file of files) {
    const row = byVersion.get(file.version);
    if (row === undefined && file.version < newest) return refuse(outOfOrder(file, newest));
    if (row !== undefined && row.name !== file.name) return refuse(renamed(file, row));
    if (row !== undefined && !isUnchanged(file, row)) return refuse(edited(file, row));
  }
  const known = new Set(files.map((file) => file.version));
  const missing = applied.filter((row) => !known.has(row.version));
  if (missing.length > 0) return { ok: false, problems: missing.map(absent) };
  return { ok: true, pending: files.filter((file) => file.version > newest) };
}

/** The history as it would be if the files had never had CRLF. */
export const withUnixChecksums = <Row extends Pick<AppliedMigration, 'version' | 'checksum'>>(
  applied: readonly Row[],
  files: readonly MigrationFile[],
): Row[] =>
  applied.map((row) => {
    const file = files.find(({ version }) => version === row.version);
    return row.checksum === file?.crlfChecksum ? { ...row, checksum: file.checksum } : row;
  });

const isUnchanged = ({ checksum, crlfChecksum }: MigrationFile, row: AppliedMigration): boolean =>
  row.checksum === checksum || row.checksum === crlfChecksum;

function refuse(problem: string): Plan {
  return { ok: false, problems: [problem] };
}

function outOfOrder(file: MigrationFile, newest: number): string {
  return `${file.file} was never applied, but version ${newest} was: give it a number after that.`;
}

function renamed(file: MigrationFile, row: AppliedMigration): string {
  return `${file.file} was applied under the name ${fileName(row)}: give it that name again.`;
}

function edited(file: MigrationFile, row: AppliedMigration): string {
  return (
    `${file.file} was edited after it was applied (${row.applied_at.toISOString()}): ` +
    'restore its content, and make the change in a new migration.'
  );
}

function absent(row: AppliedMigration): string {
  return (
    `${fileName(row)} was applied to this database, but the file is missing: ` +
    'restore it. Is this an older release than the one that migrated last?'
  );
}

function fileName(row: AppliedMigration): string {
  return `${String(row.version).padStart(4, '0')}_${row.name}.sql`;
}
