// The load generators, which npm does not have.

import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

const DEBIAN_POSTGRES = '/usr/lib/postgresql/15';

export interface Tools {
  readonly wrk: string;
  readonly pgbench: string;
  /** A directory with PostgreSQL's bin/. The server is of the same release as pgbench. */
  readonly postgres: string;
}

/** POSTGRES_PROGRAMS names another PostgreSQL than Debian's. */
export function findTools(env: Readonly<Record<string, string | undefined>>): Tools {
  const postgres = env.POSTGRES_PROGRAMS ?? DEBIAN_POSTGRES;
  const pgbench = join(postgres, 'bin', 'pgbench');
  const onPath = (env.PATH ?? '').split(delimiter).map((directory) => join(directory, 'wrk'));
  const wrk = onPath.find(canRun);
  if (wrk !== undefined && canRun(pgbench)) return { wrk, pgbench, postgres };
  const missing = [
    ...(wrk === undefined ? ['wrk, on the PATH'] : []),
    ...(canRun(pgbench) ? [] : [`${pgbench}, or another one by POSTGRES_PROGRAMS`]),
  ];
  throw new Error(
    `Benchmarks need ${missing.join(' and ')}. On Debian: apt-get install wrk postgresql-15`,
  );
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
