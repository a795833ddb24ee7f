import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeUtf8, findIllFormedText, isWellFormedText } from '../../src/http/text.ts';

describe('well-formed text', () => {
  it('is what comes back from UTF-8 unchanged, and has no NUL', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const survives = Buffer.from(text).toString() === text && !/\0/.test(text);
        expect(isWellFormedText(text)).toBe(survives);
      }),
    );
  });

  it('is what bytes decode to if and only if they are UTF-8 without NUL', () => {
    const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 6 }), (bytes) => {
        let text: string | undefined;
        try {
          text = strict.decode(bytes);
        } catch {}
        const decoded = decodeUtf8(Buffer.from(bytes));
        expect(isWellFormedText(decoded)).toBe(text !== undefined && !text.includes('\0'));
        if (text !== undefined) expect(decoded).toBe(text);
      }),
    );
  });
});

it('ill-formed text is found in every value and name', () => {
  const body = { a: ['fine', { 'b/c': '\ud83d' }], '\ud800': 'fine', c: 1, d: null, e: 'x\0' };
  const found = findIllFormedText(body, 10);
  expect(new Set(found.map((path) => path.join()))).toEqual(new Set(['a,1,b/c', '\ud800', 'e']));
  expect(findIllFormedText(body, 1)).toHaveLength(1);
});

it('a value nested deeper than the call stack is searched', () => {
  let nested: unknown = '\ud83d';
  for (let depth = 0; depth < 100_000; depth += 1) nested = [nested];
  expect(findIllFormedText(nested, 1)[0]).toHaveLength(100_000);
});
