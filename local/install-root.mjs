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
    requirePlainPath(ROOT);
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

/**
 * Vite cuts paths at # and ?, initdb passes its own path to a shell in double quotes, and PATH, in which npm finds
 * programs, is separated by colons. Each fails late, with a message that does not name the cause.
 * @param {string} path
 */
export function requirePlainPath(path) {
  const [character] = /[#?:"`$\\\p{Cc}]/u.exec(path) ?? [];
  if (character === undefined) return;
  throw new UserError(
    `The path of this checkout contains ${JSON.stringify(character)}, which some of the tools cannot handle: ` +
      `rename the folder, or move the checkout, and start again.\n  ${JSON.stringify(path)}`,
  );
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
