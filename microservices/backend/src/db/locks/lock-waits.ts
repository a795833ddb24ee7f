/**
 * Waits for locks without a connection, so that what is locked stops only those who need it.
 *
 * A statement that waits for a lock holds its connection, and five of them are all that a process has. So
 * PostgreSQL gives up after DB_LOCK_TIMEOUT_MS, which rolls back, and the work runs again after a pause. Of those
 * who need the same lock one tries; the others wait for its result.
 *
 * Orders of a product that sells fast, and merges of a cart, lock the same rows one after the other. They queue
 * here in their order of arrival, and wait for as long as the queue moves. Work is refused when what it needs has
 * stayed locked for two seconds, because then another session is stuck.
 *
 * Terminology
 *   leader   the work that tries for a locked scope.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Pool } from 'pg';
import { type LockScope, LockTimeout } from './lock-scope.ts';

/** How long work waits for what stays locked. */
export const MAX_LOCK_WAIT_MS = 2000;
/** How long work waits in a queue that moves: half of the time that nginx waits for a response. */
export const MAX_QUEUE_WAIT_MS = 10_000;
const EXPIRY_CHECK_MS = 100;
const MIN_PAUSE_MS = 50;
const MAX_PAUSE_MS = 150;
/** Connections that leaders may use at once, of DB_POOL_MAX = 5. */
const MAX_TRYING = 2;
/**
 * How long PostgreSQL waits for a lock in a leader's transaction. To give up is to queue again, behind the orders
 * of other processes, so it doubles with each try; leaders share the time, because they share the connections.
 */
const MIN_PATIENCE_MS = 100;
const MAX_PATIENCE_MS = 800;
const SHARED_PATIENCE_MS = 1600;

/** @param lockTimeoutMs of this attempt; undefined is DB_LOCK_TIMEOUT_MS */
type Attempt<Value> = (lockTimeoutMs?: number) => Promise<Value>;
/** Tells what is locked when an attempt has waited in vain. */
export type FindLocked = (error: LockTimeout) => Promise<readonly LockScope[]>;

class Work {
  readonly scopes: readonly LockScope[];
  readonly since = performance.now();
  isCounted = false;
  leads: readonly LockScope[] = [];
  tries = 0;
  admit: () => void = () => {};
  refuse: (error: LockTimeout) => void = () => {};

  constructor(scopes: readonly LockScope[]) {
    this.scopes = scopes;
  }
}

interface Lock {
  /** When it was found, or somebody last got what it locks. */
  movedAt: number;
  leader: Work | undefined;
}

export class LockWaits {
  readonly #locks = new Map<string, Lock>();
  /** How many run, by the name of each scope that has a width. */
  readonly #running = new Map<string, number>();
  /** In their order of arrival. */
  #waiting: Work[] = [];
  #clock: NodeJS.Timeout | undefined;
  #leaders = 0;
  #trying = 0;

  /** @throws LockTimeout if a scope stays locked */
  async run<Value>(
    scopes: readonly LockScope[],
    attempt: Attempt<Value>,
    findLocked: FindLocked = async () => scopes,
  ): Promise<Value> {
    const work = new Work(scopes);
    const isFirst = this.#waiting.length === 0 || scopes.every(({ width }) => width === undefined);
    if (!(isFirst && this.#enter(work))) await this.#wait(work);
    for (;;) {
      try {
        const value = await (work.leads.length > 0 ? this.#try(work, attempt) : attempt());
        this.#end(work, 'free');
        return value;
      } catch (error) {
        const isLocked = error instanceof LockTimeout;
        const locked = isLocked ? await findLocked(error).catch(() => scopes) : [];
        if (!isLocked || this.#isLate(work, locked)) {
          this.#end(work, isLocked ? 'locked' : 'free');
          throw error;
        }
        if (!this.#lead(work, locked)) await this.#wait(work);
      }
    }
  }

  /** As a leader. */
  async #try<Value>(work: Work, attempt: Attempt<Value>): Promise<Value> {
    do await sleep(MIN_PAUSE_MS + Math.random() * (MAX_PAUSE_MS - MIN_PAUSE_MS));
    while (this.#trying >= MAX_TRYING && !this.#isLate(work, work.leads));
    if (this.#trying >= MAX_TRYING) throw new LockTimeout('another leader');
    this.#trying += 1;
    work.tries += 1;
    const patience = Math.min(MAX_PATIENCE_MS, SHARED_PATIENCE_MS / this.#leaders);
    try {
      return await attempt(
        Math.ceil(Math.max(MIN_PATIENCE_MS, Math.min(MIN_PATIENCE_MS * 2 ** work.tries, patience))),
      );
    } finally {
      this.#trying -= 1;
    }
  }

  /** @returns whether the work leads; else another does, for which it has to wait */
  #lead(work: Work, locked: readonly LockScope[]): boolean {
    const isFree = ({ name }: LockScope) => (this.#locks.get(name)?.leader ?? work) === work;
    const leads = locked.every(isFree);
    this.#leave(work);
    if (leads) this.#takeLocks(work, locked);
    this.#admitWaiting();
    return leads;
  }

  #takeLocks(work: Work, locked: readonly LockScope[]): void {
    if (locked.length === 0) return;
    for (const { name } of locked) {
      const lock = this.#locks.get(name);
      if (lock) lock.leader = work;
      else this.#locks.set(name, { movedAt: performance.now(), leader: work });
    }
    work.leads = locked;
    this.#leaders += 1;
  }

  /** Counts it, if nothing that it needs is tried for by a leader or used to its width. */
  #enter(work: Work): boolean {
    if (!work.scopes.every((scope) => this.#isOpen(scope))) return false;
    for (const { name, width } of work.scopes)
      if (width !== undefined) this.#running.set(name, (this.#running.get(name) ?? 0) + 1);
    work.isCounted = true;
    // Those whose leader has given up.
    this.#takeLocks(
      work,
      work.scopes.filter(({ name }) => this.#locks.has(name)),
    );
    return true;
  }

  #isOpen({ name, width }: LockScope): boolean {
    const lock = this.#locks.get(name);
    if (lock) return lock.leader === undefined;
    return width === undefined || (this.#running.get(name) ?? 0) < width;
  }

  /** It neither counts nor leads any more; what it has led stays locked. */
  #leave(work: Work): void {
    for (const { name, width } of work.isCounted ? work.scopes : []) {
      if (width === undefined) continue;
      const running = (this.#running.get(name) ?? 0) - 1;
      if (running > 0) this.#running.set(name, running);
      else this.#running.delete(name);
    }
    work.isCounted = false;
    if (work.leads.length === 0) return;
    for (const { name } of work.leads) {
      const lock = this.#locks.get(name);
      if (lock) lock.leader = undefined;
    }
    work.leads = [];
    this.#leaders -= 1;
  }

  #end(work: Work, outcome: 'free' | 'locked'): void {
    const { leads } = work;
    this.#leave(work);
    if (outcome === 'free' && this.#locks.size > 0) {
      for (const { name } of leads) this.#locks.delete(name);
      for (const { name } of work.scopes) {
        const lock = this.#locks.get(name);
        if (lock) lock.movedAt = performance.now();
      }
    }
    this.#admitWaiting();
  }

  async #wait(work: Work): Promise<void> {
    const admitted = new Promise<void>((resolve, reject) => {
      work.admit = resolve;
      work.refuse = reject;
    });
    const at = this.#waiting.findIndex(({ since }) => since > work.since);
    this.#waiting.splice(at === -1 ? this.#waiting.length : at, 0, work);
    this.#clock ??= setInterval(() => this.#refuseLate(), EXPIRY_CHECK_MS);
    this.#admitWaiting();
    return admitted;
  }

  /**
   * Nobody overtakes those who wait for the same, so that an order of many products has its turn; except those who
   * wait for a lock, which may take long.
   */
  #admitWaiting(): void {
    if (this.#waiting.length > 0) {
      const reserved = new Set<string>();
      this.#keepWaiting((work) => {
        const isNext = !work.scopes.some(({ name }) => reserved.has(name));
        if (isNext && this.#enter(work)) {
          work.admit();
          return false;
        }
        if (!work.scopes.some(({ name }) => this.#locks.has(name)))
          for (const { name } of work.scopes) reserved.add(name);
        return true;
      });
    }
    for (const [name, { leader }] of this.#locks) if (!leader) this.#locks.delete(name);
  }

  #refuseLate(): void {
    this.#keepWaiting((work) => {
      const isLate = this.#isLate(work, work.scopes);
      if (isLate) work.refuse(new LockTimeout('the leader'));
      return !isLate;
    });
  }

  #keepWaiting(isKept: (work: Work) => boolean): void {
    this.#waiting = this.#waiting.filter(isKept);
    if (this.#waiting.length > 0) return;
    clearInterval(this.#clock);
    this.#clock = undefined;
  }

  #isLate({ since }: Work, locked: readonly LockScope[]): boolean {
    const now = performance.now();
    const isStuck = ({ name }: LockScope) => {
      const lock = this.#locks.get(name);
      return lock !== undefined && now - Math.max(since, lock.movedAt) > MAX_LOCK_WAIT_MS;
    };
    return now - since > MAX_QUEUE_WAIT_MS || locked.some(isStuck);
  }
}

const waits = new WeakMap<Pool, LockWaits>();

/** One for each pool. */
export function lockWaitsOf(pool: Pool): LockWaits {
  const known = waits.get(pool);
  if (known) return known;
  const fresh = new LockWaits();
  waits.set(pool, fresh);
  return fresh;
}
