// Faults that the checker must find, injected into the backend's bundle.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

type Replacement = readonly [from: string, to: string];

export const FAULTS: Readonly<Record<string, readonly Replacement[]>> = {
  'responds before the commit': [
    [
      'const rows = await changeCarts(connection, changes);',
      `const now = new Date().toISOString();
       const rows = changes.requested.map(({ customer_id, expected, increment }) => ({
         customer_id, version: expected + increment, created_at: now, updated_at: now,
       }));
       changeCarts(connection, changes).catch(() => {});`,
    ],
  ],
  'overwrites concurrent changes': [
    ['where sound.increment > 0 and c.version = sound.expected', 'where sound.increment > 0'],
  ],
  'repeats a retried operation': [
    ['if (await this.#replay(database, batch))', 'if (false)'],
    [
      'join proven on proven.customer_id = response.customer_id',
      'join proven on proven.customer_id = response.customer_id on conflict do nothing',
    ],
  ],
  'answers a batch in reverse order': [['queue.requests.shift()', 'queue.requests.pop()']],
};

/** A copy of the built backend with the fault; it uses the same packages. */
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
    if (!text.includes(from))
      throw new Error(`The bundle has no code to replace for the fault "${name}": ${from}`);
    text = text.replace(from, () => to);
  }
  await writeFile(program, text);
  return {
    directory,
    [Symbol.asyncDispose]: () => rm(directory, { recursive: true }),
  };
}
