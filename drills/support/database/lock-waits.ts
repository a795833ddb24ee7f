// Samples lock waits of the shop and of a migration.

import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';

interface LockWait {
  readonly sampledAt: number;
  /** The longest wait of a session of the backend, and of a migration. */
  readonly shopMs: number;
  readonly migrationMs: number;
}

export interface LockWatch extends AsyncDisposable {
  readonly samples: readonly LockWait[];
}

const INTERVAL_MS = 20;

export async function watchLocks(url: string): Promise<LockWatch> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  const samples: LockWait[] = [];
  let stopped = false;
  const run = async () => {
    while (!stopped) {
      const { rows } = await client.query<{ shop: number; migration: number }>(
        `with waits as (
           select a.application_name as who,
                  1000 * extract(epoch from clock_timestamp() - l.waitstart)::float8 as ms
           from pg_locks l
           join pg_stat_activity a using (pid)
           where not l.granted
         )
         select coalesce(max(ms) filter (where who = 'carthub-backend'), 0) as shop,
                coalesce(max(ms) filter (where who = 'carthub-db'), 0) as migration
         from waits`,
      );
      const { shop = 0, migration = 0 } = rows[0] ?? {};
      samples.push({ sampledAt: performance.now(), shopMs: shop, migrationMs: migration });
      await sleep(INTERVAL_MS);
    }
  };
  const ran = run();
  ran.catch(() => {});
  return {
    samples,
    [Symbol.asyncDispose]: async () => {
      stopped = true;
      await ran;
      await client.end();
    },
  };
}
