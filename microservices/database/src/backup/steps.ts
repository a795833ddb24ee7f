// Shows how far a backup or a restore is.

import { stat } from 'node:fs/promises';
import { Progress } from '../progress.ts';
import type { Terminal } from '../terminal.ts';
import type { OnBytes } from './stores/backup-store.ts';
import { megabytes } from './stores/directory-store.ts';

const POLL_MS = 500;

/** One progress line after the other. */
export class Steps {
  readonly #terminal: Terminal;
  readonly #started = performance.now();
  #progress: Progress;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
    this.#progress = new Progress(terminal, 'Read', 'MB');
  }

  /** As in "Dumped", "Sent". */
  begin(verb: string): void {
    this.#progress = new Progress(this.#terminal, verb, 'MB');
  }

  /** @param whole bytes in all, or a guess at it; undefined if nobody knows */
  onBytes(whole?: number): OnBytes {
    const progress = this.#progress;
    return (bytes) =>
      progress.update(
        megabytes(bytes),
        whole === undefined || bytes > whole ? undefined : bytes / Math.max(1, whole),
      );
  }

  /** A step without a measure. */
  step(text: string): void {
    this.#progress.step(text);
  }

  clear(): void {
    this.#progress.clear();
  }

  seconds(): number {
    return Math.round(performance.now() - this.#started) / 1000;
  }
}

/** Tells the size of a file that another program writes, until disposed of. */
export function watchFile(file: string, onBytes: OnBytes): AsyncDisposable {
  return watch(async () => onBytes((await stat(file)).size));
}

/** Asks again and again; that it cannot be told now is no problem. */
export function watch(ask: () => Promise<void>): AsyncDisposable {
  let asking: Promise<void> | undefined;
  const timer = setInterval(() => {
    asking ??= ask()
      .catch(() => {})
      .finally(() => {
        asking = undefined;
      });
  }, POLL_MS);
  return {
    [Symbol.asyncDispose]: async () => {
      clearInterval(timer);
      await asking;
    },
  };
}
