/**
 * Cursors: opaque positions in a list, as they travel in a URL. A cursor holds the name and version of its list
 * and the position's values, each preceded by its length. It is accepted only as a whole: the same list and
 * version, every value valid, and exactly the text that this position is written as.
 */
import { invalidField } from './field-errors.ts';
import { decodeUtf8, isWellFormedText } from './text.ts';

/** No cursor is longer: a list whose values could take more cannot be defined. */
export const MAX_CURSOR_LENGTH = 6000;
const LENGTH_BYTES = 2;
/** Of one code point in UTF-8. */
const MAX_CODE_POINT_BYTES = 4;

/** One value of a position, written as text. */
interface CursorValue {
  readonly maxBytes: number;
  readonly isValid: (text: string) => boolean;
}

/** Text of up to so many code points. */
export const textValue = (maxLength: number): CursorValue => ({
  maxBytes: maxLength * MAX_CODE_POINT_BYTES,
  isValid: (text) => [...text].length <= maxLength,
});

/** ASCII text that fits the pattern. */
export const patternValue = (pattern: RegExp, maxLength: number): CursorValue => ({
  maxBytes: maxLength,
  isValid: (text) => text.length <= maxLength && pattern.test(text),
});

/** A moment in microseconds since 1970; a double holds it exactly, up to the year 2255. */
export const microsecondsValue: CursorValue = {
  maxBytes: String(Number.MAX_SAFE_INTEGER).length,
  isValid: (text) => /^(0|[1-9]\d{0,15})$/.test(text) && Number.isSafeInteger(Number(text)),
};

export const uuidValue = patternValue(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 36);

/** The cursors of one list in one order. */
export interface Cursor<Name extends string> {
  readonly maxLength: number;
  encode(position: Readonly<Record<Name, string>>): string;
  /** @throws Problem 422 unless `encode` has made it */
  decode(cursor: string): Record<Name, string>;
}

/**
 * @param list its name and order
 * @param version of the values; raise it when they change
 */
export function defineCursor<Name extends string>(
  list: string,
  version: number,
  values: Readonly<Record<Name, CursorValue>>,
): Cursor<Name> {
  const names = Object.keys(values) as Name[];
  const tag = `${list}/${version}`;
  const sizes = [Buffer.byteLength(tag), ...names.map((name) => values[name].maxBytes)];
  const maxBytes = sizes.reduce((sum, size) => sum + LENGTH_BYTES + size, 0);
  const maxLength = Math.ceil((maxBytes * 4) / 3);
  if (maxLength > MAX_CURSOR_LENGTH) throw new Error(`cursors of ${list} may be too long`);

  const encode = (position: Readonly<Record<Name, string>>): string =>
    join([tag, ...names.map((name) => position[name])]);
  return {
    maxLength,
    encode,
    decode(cursor) {
      const [given, ...texts] = split(cursor);
      const isComplete = given === tag && texts.length === names.length;
      const entries = names.map((name, index) => [name, texts[index] ?? ''] as const);
      const isValid = entries.every(
        ([name, text]) => isWellFormedText(text) && values[name].isValid(text),
      );
      const position = Object.fromEntries(entries) as Record<Name, string>;
      if (!isComplete || !isValid || encode(position) !== cursor)
        throw invalidField('cursor', 'is not a next_cursor of this list');
      return position;
    },
  };
}

function join(texts: readonly string[]): string {
  const parts = texts.flatMap((text) => {
    const bytes = Buffer.from(text);
    const length = Buffer.alloc(LENGTH_BYTES);
    length.writeUInt16BE(bytes.length);
    return [length, bytes];
  });
  return Buffer.concat(parts).toString('base64url');
}

function split(cursor: string): string[] {
  const bytes = Buffer.from(cursor, 'base64url');
  const texts: string[] = [];
  for (let at = 0; at + LENGTH_BYTES <= bytes.length; ) {
    const end = at + LENGTH_BYTES + bytes.readUInt16BE(at);
    texts.push(decodeUtf8(bytes.subarray(at + LENGTH_BYTES, end)));
    at = end;
  }
  return texts;
}
