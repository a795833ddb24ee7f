// The folder of the checkout: what no tool can handle is told before anything is loaded or installed.

import { spawnSync } from 'node:child_process';
import { cp, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { pathProblem } from '../plain-path.cjs';

const ROOT = join(import.meta.dirname, '../..');

it.each(['#', '?', ':', '"', '`', '$', '\\', '\n'])(
  'a checkout under a%sb is refused',
  (character) => {
    expect(pathProblem(`/home/a${character}b/carthub`)).toContain(JSON.stringify(character));
  },
);

it.each(['a b', '100%', 'a%41b', "it's", 'zażółć 日本', '[a] {b}', 'a&b;c|d', '~a!@()+=,'])(
  'a checkout under %s is accepted',
  (name) => {
    expect(pathProblem(`/home/${name}/carthub`)).toBeUndefined();
    expect(pathProblem(`/home/my_node_modules/${name}`)).toBeUndefined();
  },
);

it.each([
  ['back\\slash', 'contains "\\\\"'],
  ['node_modules', 'is in a folder named node_modules'],
  ['a#b', 'contains "#"'],
])('npm start in a folder named %s prints one sentence', async (name, reason) => {
  await using scratch = await createScratch();
  const checkout = join(scratch.path, name);
  await mkdir(checkout);
  for (const part of ['local', 'package.json', 'package-lock.json'])
    await cp(join(ROOT, part), join(checkout, part), { recursive: true });
  const { status, stderr } = spawnSync('npm', ['start', '--silent'], {
    cwd: checkout,
    encoding: 'utf8',
  });
  expect(status).toBe(1);
  expect(stderr).toContain(`The path of this checkout ${reason}`);
  expect(stderr).not.toMatch(/^\s+at |Error/m);
});
