// Processes told apart for certain, and ended. Node's own modules only: the guardian runs this.
//
// Terminology
//   identity   the moment a process began. With the pid it names one process for ever, while a pid
//              alone may belong to somebody else by now.
//   group      a process with all that it has started; its id is the pid of the first.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

/** @typedef {{ readonly pid: number, readonly identity: string }} Process */

/**
 * @param {number} pid
 * @returns {string | undefined} nothing if no such process runs; a zombie does not
 */
export function identify(pid) {
  try {
    return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
  } catch {
    return undefined;
  }
}

/** @param {number} pid */
function identifyByProc(pid) {
  const { isAlive, startTicks } = readStat(pid);
  if (!isAlive) return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTicks}`;
}

/** @param {number | string} pid */
function readStat(pid) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The program's name comes before, in parentheses, and may hold any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isAlive = fields[0] !== 'Z' && fields[0] !== 'X';
  return { isAlive, group: Number(fields[2]), startTicks: fields[19] };
}

/** @param {number} pid */
function identifyByPs(pid) {
  const [state = '', ...started] = ps(pid, 'stat=,lstart=').split(/\s+/);
  return state.startsWith('Z') ? undefined : started.join(' ');
}

/**
 * Whether a group has a process that is more than a zombie, which nobody may have an eye for.
 * @param {number} group
 */
export function isGroupAlive(group) {
  if (!send(-group, 0) || process.platform !== 'linux') return send(-group, 0);
  return readdirSync('/proc').some((name) => {
    try {
      const stat = readStat(name);
      return stat.group === group && stat.isAlive;
    } catch {
      return false;
    }
  });
}

/** @param {number} pid @param {string} columns */
function ps(pid, columns) {
  return execFileSync('ps', ['-o', columns, '-p', String(pid)])
    .toString()
    .trim();
}

/** @param {number} pid @returns {string} empty if it can not be found */
export function commandOf(pid) {
  try {
    if (process.platform !== 'linux') return ps(pid, 'command=');
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

/** @param {Process} target */
export const isRunning = ({ pid, identity }) => identify(pid) === identity;

/**
 * Sends one signal after the other until nothing is left that is alive.
 * @param {() => number | undefined} find what to signal: a pid, or the negative id of a group
 * @param {readonly NodeJS.Signals[]} signals
 * @param {number} patienceMs how long each signal but the last may take
 */
export async function end(find, signals, patienceMs) {
  for (const signal of signals) {
    const target = find();
    if (target === undefined) return;
    send(target, signal);
    const deadline = performance.now() + patienceMs;
    while (find() !== undefined && performance.now() < deadline) await sleep(20);
  }
}

/** @param {number} target @param {NodeJS.Signals | 0} signal @returns {boolean} whether it is there */
export function send(target, signal) {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
