// Shows the progress of a backup or a restore.

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

  /** @param whole total bytes, exact or estimated; undefined if unknown */
  onBytes(whole?: number): OnBytes {
    const progress = this.#progress;
    return (bytes) =>
      progress.update(
        megabytes(bytes),
        whole === undefined || bytes > whole ? undefined : bytes / Math.max(1, whole),
      );
  }

  /** A step without a size. */
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

/** Reports the size of a file that another program writes, until disposed. */
export function watchFile(file: string, onBytes: OnBytes): AsyncDisposable {
  return watch(async () => onBytes((await stat(file)).size));
}

/** Polls; a failed poll is ignored. */
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
