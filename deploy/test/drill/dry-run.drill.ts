import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';

const ROOT = resolve(import.meta.dirname, '../../..');
const MAX_MS = 60_000;
/** All that the machine has. The shell is found by its path. */
const TOOLS = ['node', 'npm', 'git'];

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'carthub-dry-run-'));
  mkdirSync(join(folder, 'home'));
  mkdirSync(join(folder, 'bin'));
  const paths = (process.env.PATH ?? '').split(':');
  for (const tool of TOOLS) {
    const found = paths.map((path) => join(path, tool)).find((file) => existsSync(file));
    symlinkSync(realpathSync(found ?? tool), join(folder, 'bin', tool));
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

async function run(...args: readonly string[]) {
  const began = Date.now();
  const script = join(ROOT, 'deploy-microservices-cicd.sh');
  const env = { HOME: join(folder, 'home'), PATH: join(folder, 'bin') };
  const child = spawn('/bin/bash', [script, ...args], { env, cwd: folder });
  let out = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      out += chunk;
    });
  const code = await new Promise((done) => child.on('close', done));
  return { code, out, elapsedMs: Date.now() - began };
}

it('plans and prices without credentials, AWS CLI or kubectl, and says what it did not check', async () => {
  const { code, out, elapsedMs } = await run('--dry-run');
  expect(code, out).toBe(0);
  expect(out).toMatch(/MicroservicesCicdStack: not compared, \d+ resources/);
  expect(out).toMatch(/about \$\d+\.\d\d a month/);
  const [, unchecked = ''] = out.split('not checked:\n');
  const topics = unchecked
    .trim()
    .split('\n')
    .map((line) => line.trim().split(':')[0]);
  expect(topics).toEqual(['tools', 'tools', 'account', 'zones', 'quotas', 'names', 'changes']);
  expect(unchecked).toContain('aws 1.29 or newer is needed');
  expect(unchecked).toContain('kubectl 1.28 or newer is needed');
  expect(elapsedMs).toBeLessThan(MAX_MS);
});

it('prices the inputs that it was given', async () => {
  const priceOf = (out: string) => Number(/about \$([\d.]+) a month/.exec(out)?.[1]);
  const args = ['--dry-run', '--context', 'interfaceEndpoints=yes'];
  const [plain, more] = [await run('--dry-run'), await run(...args)];
  expect(priceOf(more.out)).toBeGreaterThan(priceOf(plain.out) + 100);
});

it('fails before a change, and for a profile that does not exist', async () => {
  const deployment = await run('--yes');
  expect(deployment.code).toBe(1);
  expect(deployment.out).toContain('FAILED: Tools are missing or too old.');
  const profile = await run('--dry-run', '--profile', 'nobody');
  expect(profile.code).toBe(1);
  expect(profile.out).toContain('FAILED: AWS does not accept your credentials.');
});
