// Progress on the terminal: one line for each finished step and, on a TTY, an animated line for the
// steps that run.

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const GOOD = ['32', '✓'] as const;
const BAD = ['31', '✗'] as const;
const FRAME_MS = 100;
/** Without a TTY, a step that takes longer than this prints that it has started. */
const NOTICE_AFTER_MS = 1_500;
const LABEL_WIDTH = 30;

export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

export class Progress {
  readonly #running = new Map<string, number>();
  #ticker: NodeJS.Timeout | undefined;
  #frame = 0;
  readonly #out: Output;
  readonly #isColored: boolean;

  constructor(out: Output, environment: Readonly<Record<string, string | undefined>> = {}) {
    this.#out = out;
    this.#isColored = out.isTTY === true && !environment.NO_COLOR;
  }

  /** @param describe a few words about the result, for the finished line */
  async step<T>(
    label: string,
    work: () => Promise<T>,
    describe: (result: T) => string = () => '',
    isGood: (result: T) => boolean = () => true,
  ): Promise<T> {
    const began = performance.now();
    const notice = this.#begin(label, began);
    try {
      const result = await work();
      this.#finish(label, notice);
      const [color, mark] = isGood(result) ? GOOD : BAD;
      this.line(this.#format(color, mark, label, describe(result), began));
      return result;
    } catch (error) {
      this.#finish(label, notice);
      this.line(this.#format(...BAD, label, '', began));
      throw error;
    }
  }

  line(text: string): void {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  bold(text: string): string {
    return this.#paint('1', text);
  }

  faint(text: string): string {
    return this.#paint('2', text);
  }

  #begin(label: string, began: number): NodeJS.Timeout | undefined {
    this.#running.set(label, began);
    if (this.#out.isTTY !== true) {
      return setTimeout(() => this.#out.write(`  … ${label}\n`), NOTICE_AFTER_MS).unref();
    }
    this.#ticker ??= setInterval(() => {
      this.#frame += 1;
      this.#erase();
      this.#draw();
    }, FRAME_MS).unref();
    return undefined;
  }

  #finish(label: string, notice: NodeJS.Timeout | undefined): void {
    clearTimeout(notice);
    this.#running.delete(label);
    if (this.#running.size > 0) return;
    this.#erase();
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #draw(): void {
    if (this.#ticker === undefined || this.#running.size === 0) return;
    const longest = Math.min(...this.#running.values());
    const text = `  ${FRAMES[this.#frame % FRAMES.length]} ${[...this.#running.keys()].join(', ')}`;
    const time = seconds(longest);
    const width = Math.max(10, (this.#out.columns ?? 80) - time.length - 3);
    this.#out.write(this.faint(`${text.slice(0, width)}  ${time}`));
  }

  #erase(): void {
    if (this.#ticker !== undefined) this.#out.write('\r\u001b[2K');
  }

  #format(color: string, mark: string, label: string, detail: string, began: number): string {
    const words = `${label.padEnd(LABEL_WIDTH)} ${this.faint(seconds(began).padStart(7))}`;
    return `  ${this.#paint(color, mark)} ${words}${detail === '' ? '' : `  ${detail}`}`;
  }

  #paint(code: string, text: string): string {
    return this.#isColored ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

const seconds = (began: number): string => `${((performance.now() - began) / 1000).toFixed(1)} s`;
