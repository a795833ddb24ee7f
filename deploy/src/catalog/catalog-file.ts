import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { EXIT, Failure } from '../failure.ts';

/** A catalog of the operator's own, instead of the one in the database's image. */
export interface CatalogFile {
  readonly path: string;
  readonly content: Buffer;
  /** Twelve hexadecimal digits of the content's hash. */
  readonly digest: string;
}

/** What a ConfigMap can hold (Kubernetes, "ConfigMaps": "cannot exceed 1 MiB"). */
export const MAX_CATALOG_BYTES = 1024 * 1024;

function refused(path: string, why: string, remedy: string): Failure {
  return new Failure(`The catalog ${path} cannot be used.`, why, remedy, EXIT.usage);
}

/** @throws Failure if there is no such file, or the cluster cannot hold it */
export function readCatalog(path: string): CatalogFile {
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile())
    throw refused(
      path,
      stats ? 'It is not a file.' : 'It does not exist.',
      'Name a CSV file with --catalog, then run again. Nothing was changed.',
    );
  if (stats.size > MAX_CATALOG_BYTES)
    throw refused(
      path,
      `It has ${stats.size} bytes; the cluster carries files of up to ${MAX_CATALOG_BYTES} to the database.`,
      'Deploy with its first products, then import the whole file with carthub-db import-catalog (microservices/database/README.md). Nothing was changed.',
    );
  const content = readFileSync(path);
  if (content.length === 0)
    throw refused(path, 'It is empty.', 'Save it again, then run again. Nothing was changed.');
  const digest = createHash('sha256').update(content).digest('hex').slice(0, 12);
  return { path, content, digest };
}
