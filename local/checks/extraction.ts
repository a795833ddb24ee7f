// `npm run check:extraction`: each service, copied out of the last commit, installs, verifies and
// builds alone. Outside of the checkout, because Node would find the root's packages inside of it.

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
  checkAlone(service);
}
console.log('\nEach service stands alone.');

function checkAlone(service: string): void {
  const directory = mkdtempSync(join(tmpdir(), 'carthub-alone-'));
  // The tests' PostgreSQL may run as another user, who has to reach its programs in there.
  chmodSync(directory, 0o755);
  try {
    const options = { cwd: ROOT, maxBuffer: MAX_ARCHIVE_BYTES };
    const archive = execFileSync('git', ['archive', '--format=tar', `HEAD:${service}`], options);
    execFileSync('tar', ['x', '-C', directory], { input: archive });
    const [program = 'npm', ...npmArgs] = npmCommand(process.env);
    for (const step of STEPS) {
      console.log(`\n── ${service}, alone: npm ${step.join(' ')}`);
      const env = withoutCaller(process.env);
      execFileSync(program, [...npmArgs, ...step], { cwd: directory, env, stdio: 'inherit' });
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
