// Reads values of a YAML or JSON file, and collects what is wrong with them, by line. JSON is YAML.

import { type Document, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import { type PriceRules, priceProblem } from '../catalog/price.ts';

export interface Problem {
  readonly line: number;
  readonly reason: string;
}

type Path = readonly (string | number)[];

const MAX_PROBLEMS = 50;

export class PricingDocument {
  readonly problems: Problem[] = [];
  readonly #document: Document.Parsed;
  readonly #lines = new LineCounter();
  readonly #prices: PriceRules;

  constructor(text: string, prices: PriceRules) {
    this.#prices = prices;
    // Aliases could make a small file large.
    this.#document = parseDocument(text, { lineCounter: this.#lines, uniqueKeys: true });
    for (const { pos, message } of this.#document.errors)
      this.#note(pos[0], message.split('\n', 1)[0] ?? 'cannot be read');
  }

  /** Notes fields that are not known. @returns whether there is a map */
  map(path: Path, known: readonly string[]): boolean {
    const node = this.#at(path);
    if (!isMap(node)) {
      this.note(path, `${nameOf(path)} needs fields: ${known.join(', ')}`);
      return false;
    }
    for (const { key } of node.items) {
      const name = isScalar(key) ? String(key.value) : '';
      const offset = isScalar(key) ? (key.range?.[0] ?? 0) : 0;
      if (!known.includes(name))
        this.#note(offset, `${JSON.stringify(name)} is unknown; known are ${known.join(', ')}`);
    }
    return true;
  }

  /** The paths of the items of a list; none if it is missing. */
  list(path: Path): Path[] {
    const node = this.#at(path);
    if (isEmpty(node)) return [];
    if (isSeq(node)) return node.items.map((_, index) => [...path, index]);
    this.note(path, `${nameOf(path)} is no list`);
    return [];
  }

  text(path: Path, maxLength: number): string {
    const value = this.optionalText(path, maxLength);
    if (value === null) this.note(path, `${nameOf(path)} is missing`);
    return value ?? '';
  }

  optionalText(path: Path, maxLength: number): string | null {
    const value = this.#source(path);
    if (value === null) return null;
    if (value.trim() === '' || [...value].length > maxLength)
      this.note(path, `${nameOf(path)} needs 1 to ${maxLength} characters`);
    return value.trim();
  }

  oneOf(path: Path, allowed: readonly string[], byDefault?: string): string {
    const value = this.#source(path) ?? byDefault;
    if (value === undefined || !allowed.includes(value))
      this.note(path, `${nameOf(path)} is one of ${allowed.join(', ')}`);
    return value ?? '';
  }

  integer(path: Path, min: number, max: number): number | null {
    const value = this.#source(path);
    if (value === null) return null;
    const number = /^-?\d{1,9}$/.test(value) ? Number(value) : Number.NaN;
    if (number >= min && number <= max) return number;
    this.note(path, `${nameOf(path)} is a whole number from ${min} to ${max}`);
    return null;
  }

  isTrue(path: Path): boolean {
    return this.oneOf(path, ['true', 'false'], 'false') === 'true';
  }

  /** In the currency of the shop. */
  amount(path: Path): string | null {
    const value = this.#source(path);
    if (value === null) return null;
    const problem = priceProblem(value, this.#prices);
    if (problem !== undefined) this.note(path, `${nameOf(path)} ${problem}`);
    return problem === undefined ? value : '0';
  }

  /** From 0 to 100, with at most four decimals. */
  percent(path: Path): string | null {
    const value = this.#source(path);
    if (value === null) return null;
    if (/^\d{1,3}(\.\d{1,4})?$/.test(value) && Number(value) <= 100) return value;
    this.note(path, `${nameOf(path)} is a percentage from 0 to 100 with at most four decimals`);
    return '0';
  }

  /** A moment with its time zone. */
  moment(path: Path): string | null {
    const value = this.#source(path);
    if (value === null) return null;
    if (
      /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)$/.test(value) &&
      !Number.isNaN(Date.parse(value))
    )
      return value;
    this.note(path, `${nameOf(path)} is a moment like 2026-12-01T00:00:00+01:00`);
    return null;
  }

  has(path: Path): boolean {
    return !isEmpty(this.#at(path));
  }

  /** @param path what is wrong; if it is missing, what it is missing in */
  note(path: Path, reason: string): void {
    let node = this.#at(path);
    for (let parent = path; node === undefined && parent.length > 0; node = this.#at(parent))
      parent = parent.slice(0, -1);
    this.#note(rangeOf(node), reason);
  }

  #note(offset: number, reason: string): void {
    const line = Math.max(1, this.#lines.linePos(offset).line);
    if (this.problems.length < MAX_PROBLEMS) this.problems.push({ line, reason });
  }

  #at(path: Path): unknown {
    return path.length === 0 ? this.#document.contents : this.#document.getIn(path, true);
  }

  /** As it is written, so that decimals stay exact. */
  #source(path: Path): string | null {
    const node = this.#at(path);
    if (isEmpty(node)) return null;
    if (isScalar(node)) return node.source ?? String(node.value);
    this.note(path, `${nameOf(path)} is no single value`);
    return null;
  }
}

const isEmpty = (node: unknown): boolean =>
  node === undefined || node === null || (isScalar(node) && node.value === null);

const rangeOf = (node: unknown): number =>
  isScalar(node) || isMap(node) || isSeq(node) ? (node.range?.[0] ?? 0) : 0;

const nameOf = (path: Path): string =>
  String(path.findLast((part) => typeof part === 'string') ?? 'the file');
