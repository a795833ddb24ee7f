import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  defineCursor,
  MAX_CURSOR_LENGTH,
  microsecondsValue,
  patternValue,
  textValue,
  uuidValue,
} from '../../src/http/cursor.ts';
import { isWellFormedText } from '../../src/http/text.ts';

const names = defineCursor('names', 1, { name: textValue(255), id: textValue(255) });
const text = fc
  .string({ unit: 'binary', maxLength: 255 })
  .filter((each) => isWellFormedText(each) && [...each].length <= 255);

const refuses = (cursor: string) =>
  expect(() => names.decode(cursor)).toThrow(expect.objectContaining({ status: 422 }));

describe('a cursor', () => {
  it('comes back as its position, and is never longer than its list says', () => {
    fc.assert(
      fc.property(text, text, (name, id) => {
        const cursor = names.encode({ name, id });
        expect(names.decode(cursor)).toEqual({ name, id });
        expect(cursor.length).toBeLessThanOrEqual(names.maxLength);
      }),
    );
  });

  it.each(['漢', '😀', '\u0001', '"', '\\'])('of 255 times %j is not too long', (letter) => {
    const value = letter.repeat(255);
    expect(names.encode({ name: value, id: value }).length).toBeLessThanOrEqual(names.maxLength);
    expect(names.maxLength).toBeLessThanOrEqual(MAX_CURSOR_LENGTH);
  });

  it('cannot be defined with values that could become too long', () => {
    expect(() => defineCursor('long', 1, { value: textValue(2000) })).toThrow('too long');
  });

  it('is refused after any change to its text, or is the cursor of another position', () => {
    const cursor = names.encode({ name: 'Mug', id: 'mug' });
    const change = fc.record({
      at: fc.nat(cursor.length),
      removed: fc.nat(3),
      added: fc.string({ maxLength: 3 }),
    });
    fc.assert(
      fc.property(change, ({ at, removed, added }) => {
        const changed = cursor.slice(0, at) + added + cursor.slice(at + removed);
        try {
          expect(names.encode(names.decode(changed))).toBe(changed);
        } catch (error) {
          expect(error).toMatchObject({ status: 422, code: 'validation-failed' });
        }
      }),
    );
  });

  it.each([
    ['another list', defineCursor('others', 1, { name: textValue(9), id: textValue(9) })],
    ['another version', defineCursor('names', 2, { name: textValue(9), id: textValue(9) })],
  ])('of %s is refused', (_, other) => refuses(other.encode({ name: 'a', id: 'b' })));

  it.each(['', 'e30', 'AAAA', '%', 'ⓐ', names.encode({ name: 'a', id: 'b' }).concat('A')])(
    '%j is refused',
    refuses,
  );

  it('with text that is not well-formed is refused', () => {
    refuses(names.encode({ name: 'a\0', id: 'b' }));
    const bytes = Buffer.from(names.encode({ name: 'ab', id: 'b' }), 'base64url');
    refuses(Buffer.from(bytes.map((byte) => (byte === 97 ? 255 : byte))).toString('base64url'));
  });
});

describe('the values of a cursor', () => {
  it.each([
    ['a text over its length', textValue(2), 'abc', false],
    ['a text of two astral letters', textValue(2), '😀😀', true],
    ['a number', patternValue(/^\d+$/, 3), '123', true],
    ['a number with a line end', patternValue(/^\d+$/, 4), '123\n', false],
    ['a moment', microsecondsValue, '1700000000000001', true],
    ['a moment after 2255', microsecondsValue, '9007199254740992', false],
    ['a moment with a zero in front', microsecondsValue, '01', false],
    ['a date', microsecondsValue, '2026-02-30', false],
    ['a UUID', uuidValue, '00000000-0000-4000-8000-000000000000', true],
    ['half a UUID', uuidValue, '00000000-0000', false],
  ])('are verified: %s', (_, value, given, isValid) => {
    expect(value.isValid(given)).toBe(isValid);
  });
});
