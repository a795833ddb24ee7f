// `npm run check:extraction`: each service, copied out of the last commit, installs, verifies and builds.
// Runs outside of the checkout, where Node would find the root's packages.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { npmCommand, withoutCaller } from '../packages/installed.mjs';
import { SERVICES } from './escapes.ts';

const ROOT = join(import.meta.dirname, '../..');
const STEPS = [
  ['ci', '--no-audit', '--no-fund'],
  ['run', 'verify'],
  ['run', 'build'],
];
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;

const only = process.argv.slice(2);
for (const service of SERVICES.filter((each) => only.length === 0 || only.includes(each))) {
  checkExtracted(service);
}
console.log('\nEach service installs, verifies and builds outside of the repository.');

function checkExtracted(service: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'carthub-extracted-'));
  // The tests' PostgreSQL may run as another user, who must be able to enter this directory.
  chmodSync(directory, 0o755);
  try {
    const options = { cwd: ROOT, maxBuffer: MAX_ARCHIVE_BYTES };
    const archive = execFileSync('git', ['archive', '--format=tar', `HEAD:${service}`], options);
    execFileSync('tar', ['x', '-C', directory], { input: archive });
    const [program = 'npm', ...npmArgs] = npmCommand(process.env);
    for (const step of STEPS) {
      console.log(`\n── ${service}, extracted: npm ${step.join(' ')}`);
      const env = withoutCaller(process.env);
      execFileSync(program, [...npmArgs, ...step], { cwd: directory, env, stdio: 'inherit' });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
