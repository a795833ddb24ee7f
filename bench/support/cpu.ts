// How much CPU time processes have taken, from /proc (Linux).

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessTimes {
  readonly parent: number;
  /** Of itself, and of children that have ended and were waited for. */
  readonly ticks: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** Seconds that the process and all its descendants have run, the ended ones included. */
export function cpuSeconds(pid: number): number {
  const times = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) addTimes(times, Number(name));
  }
  let ticks = 0;
  for (const [each, { ticks: own }] of times) {
    if (descends(times, each, pid)) ticks += own;
  }
  return ticks / TICKS_PER_SECOND;
}

function addTimes(times: Map<number, ProcessTimes>, pid: number): void {
  try {
    times.set(pid, parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    // It has ended since the directory was read.
  }
}

/** The name, in parentheses, may hold blanks and parentheses itself. */
export function parseStat(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [parent = 0, ...ticks] = [1, 11, 12, 13, 14].map((index) => Number(fields[index]));
  return { parent, ticks: ticks.reduce((sum, each) => sum + each, 0) };
}

function descends(
  times: ReadonlyMap<number, ProcessTimes>,
  pid: number,
  ancestor: number,
): boolean {
  for (let each = pid; each > 1; each = times.get(each)?.parent ?? 0) {
    if (each === ancestor) return true;
  }
  return false;
}
