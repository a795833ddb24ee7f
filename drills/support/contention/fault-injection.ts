// Faults that the checker has to find, put into the backend's program.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Replacement = readonly [from: string, to: string];

export const FAULTS: Readonly<Record<string, readonly Replacement[]>> = {
  'answers before it commits': [
    [
      'const rows = await changeCarts(first.database, changes);',
      `const now = new Date().toISOString();
       const rows = changes.carts.map(([customer_id, expected, raise]) => ({
         customer_id, version: expected + raise, created_at: now, updated_at: now,
       }));
       changeCarts(first.database, changes).catch(() => {});`,
    ],
  ],
  'overwrites what another has changed': [
    ['where sound.raise > 0 and c.version = sound.expected', 'where sound.raise > 0'],
  ],
  'does again what was asked for again': [
    ['if (await this.#replay(first.database, waiting))', 'if (false)'],
    [
      'join proven on proven.customer_id = answer.customer_id',
      'join proven on proven.customer_id = answer.customer_id on conflict do nothing',
    ],
  ],
  'answers a batch in another order': [['queue.tickets.shift()', 'queue.tickets.pop()']],
};

/** A copy of the program with the fault, which uses the same packages. */
export async function withFault(
  backend: string,
  name: string,
): Promise<AsyncDisposable & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-fault-'));
  for (const each of ['dist', 'package.json'])
    await cp(join(backend, each), join(directory, each), { recursive: true });
  await symlink(join(backend, 'node_modules'), join(directory, 'node_modules'));
  const program = join(directory, 'dist/main.js');
  let text = await readFile(program, 'utf8');
  for (const [from, to] of FAULTS[name] ?? []) {
    if (!text.includes(from)) throw new Error(`There is no place for the fault "${name}": ${from}`);
    text = text.replace(from, () => to);
  }
  await writeFile(program, text);
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
