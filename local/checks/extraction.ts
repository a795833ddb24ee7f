// `npm run check:extraction`: each service, copied out of the last commit, installs, verifies and builds.
// Runs outside of the checkout, where Node would find the root's packages. All services at once, as `npm test` does:
// much of a test's time is waiting.
//
// With --short, for use after `npm test`: of the tests only those that read files or start processes. What the others
// import is checked by the compiler and by the build.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { npmCommand, withoutCaller } from '../packages/installed.mjs';
import { SERVICES } from './escapes.ts';

const ROOT = join(import.meta.dirname, '../..');
const INSTALL = ['ci', '--no-audit', '--no-fund'];
const BUILD = ['run', 'build'];
/** What a test needs that only the real folder shows. */
const USES_FILES = /import\.meta\.|process\.cwd|node:(fs|child_process|worker_threads)|execa/;
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;

const SHORT = '--short';
const isShort = process.argv.includes(SHORT);
const only = process.argv.slice(2).filter((argument) => argument !== SHORT);
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
console.log(
  `\nEach service installs, ${isShort ? 'is checked' : 'verifies'} and builds outside of the repository.`,
);

/** npm's arguments; lists the tests of the directory once it has been unpacked. */
function stepsIn(directory: string): readonly (readonly string[])[] {
  if (!isShort) return [INSTALL, ['run', 'verify'], BUILD];
  const tests = readdirSync(join(directory, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => join('test', file))
    .filter((file) => USES_FILES.test(readFileSync(join(directory, file), 'utf8')));
  const test = ['exec', '--', 'vitest', 'run', ...tests];
  return [INSTALL, ['run', 'check'], ...(tests.length > 0 ? [test] : []), BUILD];
}

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
    for (const step of stepsIn(directory)) {
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
