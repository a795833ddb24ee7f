/**
 * Terminology
 *   well-formed text   Unicode without lone surrogates and without U+0000: what UTF-8 and PostgreSQL's `text`
 *                      can hold. All text that comes in has to be it; everything else gets 422 with its field.
 */
import { isUtf8 } from 'node:buffer';

/** The part of the rule that every JSON schema validator understands. */
export const TEXT_PATTERN = '^[^\\u0000]*$';

export const TEXT_RULE = 'must be well-formed Unicode without U+0000';

export const isWellFormedText = (text: string): boolean =>
  text.isWellFormed() && !text.includes('\u0000');

/** Bytes that are not UTF-8 become lone surrogates, so that the rule for text finds their field. */
export function decodeUtf8(bytes: Buffer): string {
  const text = bytes.toString('utf8');
  return isUtf8(bytes) ? text : text.replaceAll('\ufffd', '\ud800');
}

/** A header's value as text: Node.js gives each byte as one character. */
export const decodeHeader = (value: string): string =>
  ASCII.test(value) ? value : decodeUtf8(Buffer.from(value, 'latin1'));

const ASCII = /^[!-~ ]*$/;

/** Where in a value of JSON text is not well-formed, as paths of names and indexes; keys count as text too. */
export function findIllFormedText(value: unknown, most: number): readonly string[][] {
  return isWellFormed(value) ? NONE : listIllFormedText(value, most);
}

const NONE: readonly string[][] = [];

/** The common case without paths: each request takes this way. */
function isWellFormed(value: unknown): boolean {
  const open = [value];
  while (open.length > 0) {
    const next = open.pop();
    if (typeof next === 'string') {
      if (!isWellFormedText(next)) return false;
    } else if (typeof next === 'object' && next !== null) {
      for (const [name, inner] of Object.entries(next)) {
        if (!isWellFormedText(name)) return false;
        open.push(inner);
      }
    }
  }
  return true;
}

function listIllFormedText(value: unknown, most: number): string[][] {
  const found: string[][] = [];
  // A loop, because a body can be nested deeper than the call stack.
  const open: { readonly value: unknown; readonly path: Path }[] = [{ value, path: null }];
  while (open.length > 0 && found.length < most) {
    const next = open.pop();
    if (!next) break;
    if (typeof next.value === 'string') {
      if (!isWellFormedText(next.value)) found.push(namesOf(next.path));
    } else if (typeof next.value === 'object' && next.value !== null) {
      for (const [name, inner] of Object.entries(next.value)) {
        const path = { name, parent: next.path };
        if (isWellFormedText(name)) open.push({ value: inner, path });
        else found.push(namesOf(path));
      }
    }
  }
  return found;
}

type Path = { readonly name: string; readonly parent: Path } | null;

function namesOf(path: Path): string[] {
  const names: string[] = [];
  for (let step = path; step; step = step.parent) names.push(step.name);
  return names.reverse();
}
