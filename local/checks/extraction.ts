// `npm run check:extraction`: each service, copied out of the last commit, installs, verifies and builds.
// Runs outside of the checkout, where Node would find the root's packages. All services at once, as `npm test` does:
// much of a test's time is waiting.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
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
const services = SERVICES.filter((each) => only.length === 0 || only.includes(each));
const failed: string[] = [];
await Promise.all(
  services.map(async (service) => {
    const { all, failed: hasFailed } = await checkExtracted(service);
    if (hasFailed) failed.push(service);
    // Whole, so that the services' lines do not mix.
    console.log(all);
  }),
);
if (failed.length > 0) {
  console.error(`\nFAILED outside of the repository: ${failed.join(', ')}`);
  process.exit(1);
}
console.log('\nEach service installs, verifies and builds outside of the repository.');

/** Stops at the first step that fails. */
async function checkExtracted(service: string): Promise<{ all: string; failed: boolean }> {
  const directory = mkdtempSync(join(tmpdir(), 'carthub-extracted-'));
  // The tests' PostgreSQL may run as another user, who must be able to enter this directory.
  chmodSync(directory, 0o755);
  let all = '';
  try {
    const options = { cwd: ROOT, maxBuffer: MAX_ARCHIVE_BYTES };
    const archive = execFileSync('git', ['archive', '--format=tar', `HEAD:${service}`], options);
    execFileSync('tar', ['x', '-C', directory], { input: archive });
    const [program = 'npm', ...npmArgs] = npmCommand(process.env);
    for (const step of STEPS) {
      const env = withoutCaller(process.env);
      const ran = await execa(program, [...npmArgs, ...step], {
        cwd: directory,
        env,
        extendEnv: false,
        all: true,
        reject: false,
        stdin: 'ignore',
      });
      all += `\n── ${service}, extracted: npm ${step.join(' ')}\n${ran.all}\n`;
      if (ran.failed) return { all, failed: true };
    }
    return { all, failed: false };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
