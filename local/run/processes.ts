// Identifies processes across pid reuse, and ends them.
//
// Terminology
//   identity   the moment a process started. A pid can be reused; a pid with an identity cannot.
//   group      a process and all its descendants; its id is the pid of the first.

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

export interface ProcessId {
  readonly pid: number;
  readonly identity: string;
}

const POLL_MS = 20;

/** @returns undefined if no such process runs; a zombie does not run */
export function identify(pid: number): string | undefined {
  try {
    return process.platform === 'linux' ? identifyByProc(pid) : identifyByPs(pid);
  } catch {
    return undefined;
  }
}

function identifyByProc(pid: number): string | undefined {
  const { isAlive, startTicks } = readStat(pid);
  if (!isAlive) return undefined;
  return `${readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim()} ${startTicks}`;
}

function readStat(pid: number | string) {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The second field is the program's name in parentheses, which may contain any character.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const isAlive = fields[0] !== 'Z' && fields[0] !== 'X';
  return { isAlive, group: Number(fields[2]), startTicks: fields[19] };
}

function identifyByPs(pid: number): string | undefined {
  const [state = '', ...started] = ps(pid, 'stat=,lstart=').split(/\s+/);
  return state.startsWith('Z') ? undefined : started.join(' ');
}

/** Whether a group has a process that is not a zombie. */
export function isGroupAlive(group: number): boolean {
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

const ps = (pid: number, columns: string): string =>
  execFileSync('ps', ['-o', columns, '-p', String(pid)])
    .toString()
    .trim();

/** @returns the command line; empty if it cannot be read */
export function commandOf(pid: number): string {
  try {
    if (process.platform !== 'linux') return ps(pid, 'command=');
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
  } catch {
    return '';
  }
}

export const isRunning = ({ pid, identity }: ProcessId): boolean => identify(pid) === identity;

/**
 * Sends one signal after the other until the target has ended.
 * @param find returns a pid or the negative id of a group; undefined when nothing is left
 * @param graceMs how long to wait after each signal
 */
export async function end(
  find: () => number | undefined,
  signals: readonly NodeJS.Signals[],
  graceMs: number,
): Promise<void> {
  for (const signal of signals) {
    const target = find();
    if (target === undefined) return;
    send(target, signal);
    const deadline = performance.now() + graceMs;
    while (find() !== undefined && performance.now() < deadline) await sleep(POLL_MS);
  }
}

/** @returns whether the target exists */
export function send(target: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(target, signal);
  } catch {
    return false;
  }
}
