// The manifest of a backup: size and checksum of the dump beside it, and its contents.

import { createHash } from 'node:crypto';
import { BackupError } from './backup-error.ts';

export interface TableContent {
  readonly schema: string;
  readonly name: string;
  readonly rows: number;
  /** Of all rows in any order; see contents.queries.ts. */
  readonly checksum: string;
}

export interface Manifest {
  readonly format: 1;
  readonly id: string;
  readonly startedAt: string;
  readonly finishedAt: string;
  readonly database: {
    readonly name: string;
    readonly systemIdentifier: string;
    /** As in 15.18. */
    readonly serverVersion: string;
    readonly serverMajor: number;
    /** On the server's disk, indexes included. */
    readonly bytes: number;
  };
  readonly pgDump: { readonly version: string; readonly major: number };
  readonly schemaVersion: number;
  /** Roles that must exist before a restore, because privileges are granted to them. */
  readonly roles: readonly string[];
  readonly tables: readonly TableContent[];
  readonly dump: { readonly bytes: number; readonly sha256: string };
}

export const MANIFEST_FILE = 'manifest.json';
/** In pg_dump's custom format. */
export const DUMP_FILE = 'shop.dump';

const FORMAT = 1;

/** JSON with its own checksum, so that a changed byte in the manifest is detected too. */
export function renderManifest(manifest: Manifest): string {
  return `${JSON.stringify({ manifest, sha256: digest(manifest) }, null, 2)}\n`;
}

/** @param where the backup, for error messages */
export function parseManifest(text: string, where: string): Manifest {
  const damaged = () => new BackupError(`The manifest of ${where} is damaged: use another backup.`);
  let parsed: { readonly manifest?: Manifest; readonly sha256?: unknown } | null;
  try {
    parsed = JSON.parse(text);
  } catch {
    throw damaged();
  }
  const manifest = parsed?.manifest;
  // The checksum vouches for the shape too: only renderManifest makes it.
  if (!manifest || parsed?.sha256 !== digest(manifest)) throw damaged();
  if (manifest.format !== FORMAT) {
    throw new BackupError(
      `${where} has format ${manifest.format}, and this program knows ${FORMAT}: use the release of ` +
        'carthub-db that made it, or a newer one.',
    );
  }
  return manifest;
}

function digest(manifest: Manifest): string {
  return createHash('sha256').update(JSON.stringify(manifest)).digest('hex');
}

export function totalRows({ tables }: Manifest): number {
  return tables.reduce((sum, { rows }) => sum + rows, 0);
}
