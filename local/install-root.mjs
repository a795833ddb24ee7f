// Installs the root's own packages if they are missing, then loads the launcher, which is TypeScript.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { accessSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { INSTALL_ARGS, isInstalled, npmCommand, withoutCaller } from './packages/installed.mjs';
import { explain, UserError } from './run/user-error.mjs';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

export async function runLauncher() {
  try {
    accessSync(ROOT, constants.W_OK);
    if (!(await isInstalled(ROOT))) await installRoot();
  } catch (error) {
    process.stderr.write(`\n${explain(error, ROOT)}\n`);
    process.exitCode = 1;
    return;
  }
  const { register } = await import('tsx/esm/api');
  register();
  const { launch } = await import('./run/launcher.ts');
  await launch(ROOT, process.argv[2] ?? '', process.env);
}

/** In the launcher's process group, so that Ctrl-C in the terminal ends npm as well. */
async function installRoot() {
  process.stdout.write('  … Install the tools\n');
  const [program = 'npm', ...args] = [...npmCommand(process.env), ...INSTALL_ARGS];
  const npm = spawn(program, args, {
    cwd: ROOT,
    env: withoutCaller(process.env),
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [code] = await once(npm, 'close');
  if (code !== 0) throw new UserError(`npm ci failed in ${ROOT}: npm printed the reason above.`);
}
