// Whether a package's dependencies are installed, and how to call npm. Needs only Node itself.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** @typedef {{ version?: string, integrity?: string, optional?: boolean }} Entry */

export const INSTALL_ARGS = [
  'ci',
  // Compilers are among them, which npm leaves out if NODE_ENV or its configuration says "production".
  '--include=dev',
  '--no-audit',
  '--no-fund',
  '--prefer-offline',
  '--loglevel=error',
];

/**
 * Compares the lockfile with npm's own record in node_modules. npm writes that record last, so an
 * installation that was killed has none, and one that was made by hand counts as installed.
 * @param {string} directory of the package
 */
export async function isInstalled(directory) {
  const [locked, present] = await Promise.all([
    readLock(join(directory, 'package-lock.json')),
    readLock(join(directory, 'node_modules', '.package-lock.json')),
  ]);
  return (
    Object.keys(present).length > 0 &&
    Object.keys(present).every((path) => path in locked) &&
    Object.keys(locked).every((path) => isSame(locked[path], present[path]))
  );
}

/** @param {Entry} locked @param {Entry | undefined} present */
function isSame(locked = {}, present) {
  if (present === undefined) return locked.optional === true;
  return locked.version === present.version && locked.integrity === present.integrity;
}

/** @param {string} file @returns {Promise<Record<string, Entry>>} by path; empty without such a file */
async function readLock(file) {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  // The entry '' is the package itself, which npm's record leaves out.
  const { '': _itself, ...entries } = packagesIn(text);
  return entries;
}

/** A damaged file counts as missing: npm then installs, or prints what is wrong with it. @param {string} text */
function packagesIn(text) {
  try {
    return Object(JSON.parse(text)?.packages);
  } catch {
    return {};
  }
}

/** The npm that runs this process, else the one in PATH. @param {NodeJS.ProcessEnv} env */
export function npmCommand(env) {
  return env.npm_execpath === undefined ? ['npm'] : [process.execPath, env.npm_execpath];
}

/**
 * Removes the variables with which npm describes the calling package, which a nested npm would believe, and
 * NODE_ENV: builds and tests here do not depend on what the shell says.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
export function withoutCaller(env) {
  const isCallers = /^(INIT_CWD|NODE_ENV|npm_(package|lifecycle|command|config_local_prefix).*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isCallers.test(name)));
}
