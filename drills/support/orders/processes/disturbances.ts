// What happens to the processes while buyers order, in an order that a seed repeats.

import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../../random.ts';
import type { Database, Fleet, Program } from './fleet.ts';

export type Disturbance =
  | { readonly kind: 'kill'; readonly program: Program; readonly place: number }
  | {
      readonly kind: 'pause';
      readonly program: Program;
      readonly place: number;
      readonly ms: number;
    }
  | { readonly kind: 'crash' };

export interface Amounts {
  /** Of backends and workers together, at least one of each. */
  readonly kills: number;
  readonly pauses: number;
  /** Of the postmaster. */
  readonly crashes: number;
}

/** Backends are killed twice as often as workers. */
const PROGRAMS: readonly Program[] = ['main', 'worker', 'main'];
/** Longer than the lease of an order, shorter than a start. */
const MAX_PAUSE_MS = 4000;
const MIN_PAUSE_MS = 200;

export function schedule(random: Random, { kills, pauses, crashes }: Amounts): Disturbance[] {
  const place = () => random.integer(0, 1);
  const all: Disturbance[] = [
    ...Array.from({ length: kills }, (_, index) => ({
      kind: 'kill' as const,
      program: PROGRAMS[index % PROGRAMS.length] ?? 'main',
      place: place(),
    })),
    ...Array.from({ length: pauses }, () => ({
      kind: 'pause' as const,
      program: random.pick(PROGRAMS),
      place: place(),
      ms: random.integer(MIN_PAUSE_MS, MAX_PAUSE_MS),
    })),
    ...Array.from({ length: crashes }, () => ({ kind: 'crash' as const })),
  ];
  for (let last = all.length - 1; last > 0; last -= 1) {
    const other = random.integer(0, last);
    const moved = all[last];
    const taken = all[other];
    if (moved && taken) [all[last], all[other]] = [taken, moved];
  }
  return all;
}

/** Spreads the disturbances over the work. @param progress from 0 to 1 */
export async function disturb(
  disturbances: readonly Disturbance[],
  { fleet, database }: { readonly fleet: Fleet; readonly database: Database },
  progress: () => number,
): Promise<void> {
  for (const [index, each] of disturbances.entries()) {
    while (progress() < (index + 1) / (disturbances.length + 2)) await sleep(20);
    if (each.kind === 'crash') await database.crash();
    else if (each.kind === 'kill') await fleet.kill(each.program, each.place);
    else await fleet.pause(each.program, each.place, each.ms);
  }
}
