// Copies of the built backend, and functions of the database, with other code in some places.

import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { query } from '../../../testbed/database.ts';

export type Replacement = readonly [from: string, to: string];

/** Replacements by program, such as main.js. */
export type Patches = Readonly<Record<string, readonly Replacement[]>>;

export function merged(...all: readonly Patches[]): Patches {
  const programs = new Set(all.flatMap((patches) => Object.keys(patches)));
  return Object.fromEntries(
    [...programs].map((program) => [program, all.flatMap((patches) => patches[program] ?? [])]),
  );
}

/** A copy of the built backend, which uses the same packages. */
export async function patchBuild(
  backend: string,
  patches: Patches,
): Promise<AsyncDisposable & { readonly directory: string }> {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-patched-'));
  for (const each of ['dist', 'package.json'])
    await cp(join(backend, each), join(directory, each), { recursive: true });
  await symlink(join(backend, 'node_modules'), join(directory, 'node_modules'));
  for (const [name, replacements] of Object.entries(patches)) {
    const program = join(directory, 'dist', name);
    await writeFile(program, replaceAll(name, await readFile(program, 'utf8'), replacements));
  }
  return { directory, [Symbol.asyncDispose]: () => rm(directory, { recursive: true }) };
}

/** The database has the changed function until this is disposed of. */
export async function patchFunction(
  databaseUrl: string,
  name: string,
  replacements: readonly Replacement[],
): Promise<AsyncDisposable> {
  const [row] = await query<{ definition: string }>(
    databaseUrl,
    'select pg_get_functiondef($1::regproc) as definition',
    [name],
  );
  if (!row) throw new Error(`The database has no function ${name}.`);
  const { definition } = row;
  await query(databaseUrl, replaceAll(name, definition, replacements));
  return {
    [Symbol.asyncDispose]: async () => {
      await query(databaseUrl, definition);
    },
  };
}

/** @throws if there is nothing to replace: a fault that is not there must not count as one that was found */
function replaceAll(where: string, text: string, replacements: readonly Replacement[]): string {
  let replaced = text;
  for (const [from, to] of replacements) {
    if (!replaced.includes(from))
      throw new Error(`There is no code to replace in ${where}: ${from}`);
    replaced = replaced.replaceAll(from, () => to);
  }
  return replaced;
}
