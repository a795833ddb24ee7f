import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createScratch } from '../../testbed/scratch.ts';
import { prepareServices, type Service } from '../packages/services.ts';
import { Progress } from '../run/progress.ts';
import { beginRun } from '../run/run-file.ts';

/** A package whose build copies its source. */
const BUILD = `
  const fs = require('node:fs');
  if (fs.readFileSync('src.txt', 'utf8') === 'broken') throw new Error('it does not compile');
  fs.mkdirSync('dist', { recursive: true });
  fs.copyFileSync('src.txt', 'dist/product.txt');`;

async function createService() {
  const scratch = await createScratch();
  const directory = join(scratch.path, 'service');
  await mkdir(join(directory, 'node_modules'), { recursive: true });
  const put = (file: string, text: string) => writeFile(join(directory, file), text);
  await put('package.json', JSON.stringify({ scripts: { build: 'node build.cjs' } }));
  await put('build.cjs', BUILD);
  await put('src.txt', 'one');
  const lock = JSON.stringify({ packages: { 'node_modules/a': { version: '1.0.0' } } });
  await put('package-lock.json', lock);
  await put('node_modules/.package-lock.json', lock);

  const begun = await beginRun(join(scratch.path, 'run.json'));
  if (!begun.ok) throw new Error('the run did not begin');
  let output = '';
  const session = {
    root: scratch.path,
    stateDir: scratch.path,
    env: process.env,
    progress: new Progress({ write: (text) => (output += text) }),
    run: begun.run,
    signal: new AbortController().signal,
  };
  const service: Service = { name: 'shop', directory: 'service', product: 'dist/product.txt' };
  return {
    put,
    directory,
    /** @returns whether it was built */
    prepare: async () => {
      output = '';
      await prepareServices(session, [service]);
      return output.includes('✓ Build shop');
    },
    [Symbol.asyncDispose]: async () => {
      await begun.run[Symbol.asyncDispose]();
      await scratch[Symbol.asyncDispose]();
    },
  };
}

it('builds only after a change', async () => {
  await using service = await createService();
  expect(await service.prepare()).toBe(true);
  expect(await service.prepare()).toBe(false);
  await service.put('src.txt', 'two');
  expect(await service.prepare()).toBe(true);
  expect(await service.prepare()).toBe(false);
});

it('builds again when the product is missing or was built by hand', async () => {
  await using service = await createService();
  await service.prepare();
  await rm(join(service.directory, 'dist'), { recursive: true });
  expect(await service.prepare()).toBe(true);
  await service.put('dist/product.txt', 'of other sources');
  expect(await service.prepare()).toBe(true);
});

it('shows why a build failed, and builds again the next time', async () => {
  await using service = await createService();
  await service.put('src.txt', 'broken');
  await expect(service.prepare()).rejects.toThrow('it does not compile');
  await expect(service.prepare()).rejects.toThrow('it does not compile');
  await service.put('src.txt', 'fixed');
  expect(await service.prepare()).toBe(true);
});
