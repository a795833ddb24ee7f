import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { loadSecrets } from '../start/secrets.ts';

it('keeps secrets, and adds those that are missing', async () => {
  await using scratch = await createScratch();
  const first = await loadSecrets(scratch.path);
  expect(await loadSecrets(scratch.path)).toEqual(first);
  const file = join(scratch.path, 'secrets.json');
  await writeFile(file, JSON.stringify({ ownerPassword: 'kept' }));
  const { ownerPassword, guestTokenSecret } = await loadSecrets(scratch.path);
  expect(ownerPassword).toBe('kept');
  expect(guestTokenSecret).toMatch(/^[0-9a-f]{64}$/);
});

it.each(['', '{', 'null', '[]', '"text"', '{"ownerPassword":7}', '\0\0'])(
  'names a damaged file and changes nothing: %j',
  async (text) => {
    await using scratch = await createScratch();
    const file = join(scratch.path, 'secrets.json');
    await writeFile(file, text);
    await expect(loadSecrets(scratch.path)).rejects.toThrow(/secrets.json is damaged: restore it/);
    expect(await readFile(file, 'utf8')).toBe(text);
  },
);
