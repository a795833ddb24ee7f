// Installs what a package depends on, unless it is there already.

import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Complaint } from './complaint.mjs';
import { runTask } from './task.mjs';

const SHOWN_LINES = 20;

/** @typedef {{ version?: string, integrity?: string, optional?: boolean, os?: string[], cpu?: string[] }} Entry */

/**
 * Whether node_modules is what the lockfile says. npm writes its own record of that last, so that a
 * killed installation has none, and an installation made by hand counts as well as ours.
 * @param {string} directory of the package
 */
export async function isInstalled(directory) {
  const [wanted, present] = await Promise.all([
    readLock(join(directory, 'package-lock.json')),
    readLock(join(directory, 'node_modules', '.package-lock.json')),
  ]);
  const paths = Object.keys(wanted);
  return (
    Object.keys(present).length > 0 &&
    Object.keys(present).every((path) => path in wanted) &&
    paths.every((path) => isSame(wanted[path], present[path]))
  );
}

/** @param {Entry} wanted @param {Entry | undefined} present */
function isSame(wanted = {}, present) {
  if (present === undefined) return wanted.optional === true;
  return wanted.version === present.version && wanted.integrity === present.integrity;
}

/** @param {string} file @returns {Promise<Record<string, Entry>>} by path; empty if there is no such file */
async function readLock(file) {
  const text = await readFile(file, 'utf8').catch(() => '{}');
  // The entry '' is the package itself, which npm's record leaves out.
  const { '': _itself, ...entries } = JSON.parse(text).packages ?? {};
  return entries;
}

/**
 * @param {import('./task.mjs').Supervision} supervision
 * @param {string} directory
 * @param {NodeJS.ProcessEnv} env
 */
export async function install(supervision, directory, env) {
  const flags = ['--no-audit', '--no-fund', '--prefer-offline', '--loglevel=error'];
  await npm(supervision, directory, env, ['ci', ...flags]);
}

/**
 * @param {import('./task.mjs').Supervision} supervision
 * @param {string} directory
 * @param {NodeJS.ProcessEnv} env
 * @param {readonly string[]} args
 */
export async function npm(supervision, directory, env, args) {
  const options = { cwd: directory, env: withoutCaller(env) };
  const { ok, output } = await runTask(supervision, [...npmCommand(env), ...args], options);
  if (ok) return;
  const hint = /ENOSPC/.test(output) ? '\nThe disk is full: free some space and start again.' : '';
  throw new Complaint(
    `npm ${args.join(' ')} failed in ${directory}:\n\n${shorten(output)}\n${hint}`,
  );
}

/** npm says what is wrong first, a compiler last. @param {string} output */
function shorten(output) {
  const lines = output.trimEnd().split('\n');
  if (lines.length <= 2 * SHOWN_LINES) return lines.join('\n');
  return [...lines.slice(0, SHOWN_LINES), '…', ...lines.slice(-SHOWN_LINES)].join('\n');
}

/** The npm that runs us, else the one in PATH. @param {NodeJS.ProcessEnv} env */
export function npmCommand(env) {
  return env.npm_execpath === undefined ? ['npm'] : [process.execPath, env.npm_execpath];
}

/** npm tells its children where it runs itself; another one must not take that for its own place.
 * @param {NodeJS.ProcessEnv} env @returns {NodeJS.ProcessEnv} */
export function withoutCaller(env) {
  const isCallers = /^(INIT_CWD|npm_(package|lifecycle|command|config_local_prefix).*)$/;
  return Object.fromEntries(Object.entries(env).filter(([name]) => !isCallers.test(name)));
}
