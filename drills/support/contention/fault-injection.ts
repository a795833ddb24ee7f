// Faults that the checker must find, injected into the backend's bundle and into the database's function.

import { patchBuild, patchFunction, type Replacement } from '../faults/patched-build.ts';

interface Fault {
  readonly program?: readonly Replacement[];
  /** In change_carts. */
  readonly sql?: readonly Replacement[];
}

export const FAULTS: Readonly<Record<string, Fault>> = {
  'responds before the commit': {
    program: [
      [
        'const rows = await changeCarts(connection, batch.bucket, changes);',
        `const now = new Date().toISOString();
       const rows = changes.requested.map(({ customer_id, expected, increment }) => ({
         customer_id, version: expected + increment, created_at: now, updated_at: now,
       }));
       changeCarts(connection, batch.bucket, changes).catch(() => {});`,
      ],
    ],
  },
  'overwrites concurrent changes': {
    sql: [['c.version = r.version and r.increment > 0', 'r.increment > 0']],
  },
  'repeats a retried operation': {
    program: [['if (await this.#replay(database, batch))', 'if (false)']],
    sql: [
      [
        'or a.customer_id = any (compared)',
        'or a.customer_id = any (compared) on conflict do nothing',
      ],
    ],
  },
  'answers a batch in reverse order': {
    program: [['queue.requests.shift()', 'queue.requests.pop()']],
  },
};

/** A copy of the built backend with the fault; the database has it meanwhile. */
export async function withFault(
  backend: string,
  databaseUrl: string,
  name: string,
): Promise<AsyncDisposable & { readonly directory: string }> {
  const fault = FAULTS[name];
  const build = await patchBuild(backend, { 'main.js': fault?.program ?? [] });
  const database = await patchFunction(databaseUrl, 'change_carts', fault?.sql ?? []);
  return {
    directory: build.directory,
    [Symbol.asyncDispose]: async () => {
      await database[Symbol.asyncDispose]();
      await build[Symbol.asyncDispose]();
    },
  };
}
