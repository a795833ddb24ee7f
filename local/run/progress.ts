// Shows what goes on: one line for each finished step and, on a terminal, a moving line for the
// steps that run.

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const GOOD = /** @type {const} */ (['32', '✓']);
const BAD = /** @type {const} */ (['31', '✗']);
const FRAME_MS = 100;
/** Where nothing can move, a step that takes longer than this says that it has begun. */
const QUIET_MS = 1_500;
const LABEL_WIDTH = 30;

/** @typedef {{ isTTY?: boolean, columns?: number, write(text: string): unknown }} Output */

export class Progress {
  /** @type {Map<string, number>} */
  #running = new Map();
  /** @type {NodeJS.Timeout | undefined} */
  #ticker;
  #frame = 0;
  #out;
  #isColoured;

  /** @param {Output} out @param {{ NO_COLOR?: string }} environment */
  constructor(out, environment = {}) {
    this.#out = out;
    this.#isColoured = out.isTTY === true && !environment.NO_COLOR;
  }

  /**
   * @template T
   * @param {string} label
   * @param {() => Promise<T>} work
   * @param {(result: T) => string} [describe] a few words on what came out
   * @param {(result: T) => boolean} [isGood]
   * @returns {Promise<T>}
   */
  async step(label, work, describe = () => '', isGood = () => true) {
    const began = performance.now();
    const notice = this.#begin(label, began);
    try {
      const result = await work();
      this.#finish(label, notice);
      const [colour, mark] = isGood(result) ? GOOD : BAD;
      this.line(this.#format(colour, mark, label, describe(result), began));
      return result;
    } catch (error) {
      this.#finish(label, notice);
      this.line(this.#format(...BAD, label, '', began));
      throw error;
    }
  }

  /** @param {string} text */
  line(text) {
    this.#erase();
    this.#out.write(`${text}\n`);
    this.#draw();
  }

  /** @param {string} text */
  bold(text) {
    return this.#paint('1', text);
  }

  /** @param {string} text */
  faint(text) {
    return this.#paint('2', text);
  }

  /** @param {string} label @param {number} began */
  #begin(label, began) {
    this.#running.set(label, began);
    if (this.#out.isTTY !== true) {
      return setTimeout(() => this.#out.write(`  … ${label}\n`), QUIET_MS).unref();
    }
    this.#ticker ??= setInterval(() => {
      this.#frame += 1;
      this.#erase();
      this.#draw();
    }, FRAME_MS).unref();
    return undefined;
  }

  /** @param {string} label @param {NodeJS.Timeout | undefined} notice */
  #finish(label, notice) {
    clearTimeout(notice);
    this.#running.delete(label);
    if (this.#running.size > 0) return;
    this.#erase();
    clearInterval(this.#ticker);
    this.#ticker = undefined;
  }

  #draw() {
    if (this.#ticker === undefined || this.#running.size === 0) return;
    const longest = Math.min(...this.#running.values());
    const text = `  ${FRAMES[this.#frame % FRAMES.length]} ${[...this.#running.keys()].join(', ')}`;
    const time = seconds(longest);
    const width = Math.max(10, (this.#out.columns ?? 80) - time.length - 3);
    this.#out.write(this.faint(`${text.slice(0, width)}  ${time}`));
  }

  #erase() {
    if (this.#ticker !== undefined) this.#out.write('\r\u001b[2K');
  }

  /** @param {string} colour @param {string} mark @param {string} label @param {string} detail @param {number} began */
  #format(colour, mark, label, detail, began) {
    const words = `${label.padEnd(LABEL_WIDTH)} ${this.faint(seconds(began).padStart(7))}`;
    return `  ${this.#paint(colour, mark)} ${words}${detail === '' ? '' : `  ${detail}`}`;
  }

  /** @param {string} code @param {string} text */
  #paint(code, text) {
    return this.#isColoured ? `\u001b[${code}m${text}\u001b[0m` : text;
  }
}

/** @param {number} began */
const seconds = (began) => `${((performance.now() - began) / 1000).toFixed(1)} s`;
