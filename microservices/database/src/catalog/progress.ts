import { formatCount, type Terminal } from '../terminal.ts';

/** How often a person sees the line change, and how often a log gets a new one. */
const INTERACTIVE_MS = 200;
const LOG_MS = 5_000;

/** Rows, rate and share of the file, on one line that is written over where a person watches. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #totalBytes: number;
  readonly #started = performance.now();
  #printed = performance.now();
  #bytes = 0;

  constructor(terminal: Terminal, totalBytes: number) {
    this.#terminal = terminal;
    this.#totalBytes = totalBytes;
  }

  update(bytes: number, rows: number): void {
    this.#bytes += bytes;
    const now = performance.now();
    const interval = this.#terminal.isInteractive ? INTERACTIVE_MS : LOG_MS;
    if (now - this.#printed < interval) return;
    this.#printed = now;
    const rate = Math.round(rows / ((now - this.#started) / 1000));
    const percent = Math.floor((100 * this.#bytes) / Math.max(1, this.#totalBytes));
    this.#print(`Read ${formatCount(rows)} rows (${percent} %), ${formatCount(rate)} rows/s`);
  }

  /** A step without a measure. */
  step(text: string): void {
    if (this.#terminal.isInteractive) this.#print(text);
  }

  clear(): void {
    if (this.#terminal.isInteractive) this.#terminal.err('\r\x1b[K');
  }

  seconds(): number {
    return Math.round(performance.now() - this.#started) / 1000;
  }

  #print(text: string): void {
    this.#terminal.err(this.#terminal.isInteractive ? `\r\x1b[K${text}` : `${text}\n`);
  }
}
