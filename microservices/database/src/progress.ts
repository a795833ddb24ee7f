import { formatCount, type Terminal } from './terminal.ts';

/** How often the line changes on a terminal, and how often a log gets a new line. */
const INTERACTIVE_MS = 200;
const LOG_MS = 5_000;

/** Shows count, share, rate and time left, on one line that a terminal overwrites. */
export class Progress {
  readonly #terminal: Terminal;
  readonly #verb: string;
  readonly #unit: string;
  readonly #started = performance.now();
  #printed = performance.now();

  /** As in `Read 1,200 rows`. */
  constructor(terminal: Terminal, verb: string, unit: string) {
    this.#terminal = terminal;
    this.#verb = verb;
    this.#unit = unit;
  }

  /**
   * @param count units so far
   * @param share of the whole, 0 to 1; undefined if the whole is unknown
   */
  update(count: number, share?: number): void {
    const now = performance.now();
    const interval = this.#terminal.isInteractive ? INTERACTIVE_MS : LOG_MS;
    if (now - this.#printed < interval) return;
    this.#printed = now;
    const seconds = (now - this.#started) / 1000;
    const rate = `${formatCount(Math.round(count / seconds))} ${this.#unit}/s`;
    const done = `${this.#verb} ${formatCount(count)} ${this.#unit}`;
    if (share === undefined) {
      this.#print(`${done}, ${rate}`);
      return;
    }
    const left = share > 0 ? `, ${formatDuration((seconds / share) * (1 - share))} left` : '';
    this.#print(`${done} (${Math.floor(100 * share)} %), ${rate}${left}`);
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

function formatDuration(seconds: number): string {
  const whole = Math.ceil(seconds);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
