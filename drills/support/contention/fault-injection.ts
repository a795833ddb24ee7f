// Faults that the checker must find, injected into the backend's bundle and into the database's function.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '../../../testbed/database.ts';

type Replacement = readonly [from: string, to: string];

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

/** A copy of the built backend with the fault, which uses the same packages; the database has it meanwhile. */
export async function withFault(
  backend: string,
  databaseUrl: string,
  name: string,
): Promise<AsyncDisposable & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-fault-'));
  for (const each of ['dist', 'package.json'])
    await cp(join(backend, each), join(directory, each), { recursive: true });
  await symlink(join(backend, 'node_modules'), join(directory, 'node_modules'));
  const program = join(directory, 'dist/main.js');
  const fault = FAULTS[name];
  await writeFile(program, replaceAll(name, await readFile(program, 'utf8'), fault?.program));
  const definition = await readFunction(databaseUrl);
  await query(databaseUrl, replaceAll(name, definition, fault?.sql));
  return {
    directory,
    [Symbol.asyncDispose]: async () => {
      await query(databaseUrl, definition);
      await rm(directory, { recursive: true });
    },
  };
}

async function readFunction(databaseUrl: string): Promise<string> {
  const [row] = await query<{ definition: string }>(
    databaseUrl,
    `select pg_get_functiondef('change_carts'::regproc) as definition`,
  );
  if (!row) throw new Error('The database has no function change_carts.');
  return row.definition;
}

function replaceAll(name: string, text: string, replacements: readonly Replacement[] = []): string {
  let replaced = text;
  for (const [from, to] of replacements) {
    if (!replaced.includes(from))
      throw new Error(`There is no code to replace for the fault "${name}": ${from}`);
    replaced = replaced.replace(from, () => to);
  }
  return replaced;
}
