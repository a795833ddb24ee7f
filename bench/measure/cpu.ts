// CPU time of processes, from /proc (Linux).

import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

interface ProcessTimes {
  readonly parent: number;
  readonly ownTicks: number;
  /** Of children that have ended and were waited for, with their descendants. */
  readonly endedTicks: number;
}

const TICKS_PER_SECOND = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU seconds of the process and all its descendants, including ended ones. */
export function cpuSeconds(pid: number): number {
  const times = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    if (/^\d+$/.test(name)) addTimes(times, Number(name));
  }
  let ticks = 0;
  for (const [each, { ownTicks, endedTicks }] of times) {
    if (descends(times, each, pid)) ticks += ownTicks + endedTicks;
  }
  return ticks / TICKS_PER_SECOND;
}

/** Runs a program that makes load and ends; `loadSeconds` is its CPU time. */
export async function withCpuOfChild<Result>(
  run: () => Promise<Result>,
): Promise<{ readonly result: Result; readonly loadSeconds: number }> {
  const before = endedSeconds();
  const result = await run();
  return { result, loadSeconds: endedSeconds() - before };
}

const endedSeconds = (): number =>
  parseStat(readFileSync('/proc/self/stat', 'utf8')).endedTicks / TICKS_PER_SECOND;

/** Resident memory in bytes. */
export function residentBytes(pid: number): number {
  const kibibytes = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return 1024 * Number(kibibytes ?? Number.NaN);
}

function addTimes(times: Map<number, ProcessTimes>, pid: number): void {
  try {
    times.set(pid, parseStat(readFileSync(`/proc/${pid}/stat`, 'utf8')));
  } catch {
    // It has ended since the directory was read.
  }
}

/** The process name, in parentheses, may contain blanks and parentheses. */
export function parseStat(stat: string): ProcessTimes {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const number = (index: number) => Number(fields[index]);
  return {
    parent: number(1),
    ownTicks: number(11) + number(12),
    endedTicks: number(13) + number(14),
  };
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
