import fc from 'fast-check';
import { expect, test } from 'vitest';
import { readOrderNumber } from '../src/features/orders/find/order-number.ts';

const SYMBOLS = [...'2345679ACDEFGHJKMNPQRSTUVWXYZ'];
const group = fc.array(fc.constantFrom(...SYMBOLS), { minLength: 4, maxLength: 4 });
const groups = fc.tuple(group, group).map(([first, second]) => [first.join(''), second.join('')]);

test('every number of the shop is read, however it is written', () => {
  const before = fc.constantFrom('', 'CH', 'ch-', 'CH ', ' Ch–', '#CH-', 'Order CH-', 'order no. ');
  const between = fc.constantFrom('', '-', ' ', ' - ', '–', '‑', '.', '\u00a0', '\u200f');
  const letters = fc.constantFrom<(text: string) => string>(
    (text) => text,
    (text) => text.toLowerCase(),
    (text) => text.replaceAll(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0)),
    (text) => text.replaceAll(/\d/g, (digit) => String.fromCharCode(0x660 + Number(digit))),
    (text) => [...text].join(' '),
  );
  fc.assert(
    fc.property(before, groups, between, letters, (prefix, [first, second], mark, write) => {
      const text = ` ${prefix}${write(`${first}${mark}${second}`)} `;
      expect(readOrderNumber(text)).toEqual({ kind: 'number', number: `CH-${first}-${second}` });
    }),
  );
});

test('a character that no number has is pointed out', () => {
  fc.assert(
    fc.property(
      groups,
      fc.constantFrom(...'01OILB8oilb'),
      fc.nat({ max: 7 }),
      ([first, second], other, at) => {
        const plain = `${first}${second}`;
        const text = plain.slice(0, at) + other + plain.slice(at + 1);
        expect(readOrderNumber(`CH-${text}`)).toEqual({ kind: 'mistaken' });
      },
    ),
  );
});

test('any other text is no number', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const read = readOrderNumber(text);
      if (read.kind === 'number')
        expect(read.number).toMatch(/^CH-[2-79AC-HJKMNP-Z]{4}-[2-79AC-HJKMNP-Z]{4}$/);
    }),
  );
  for (const text of ['', 'CH-', 'CH-7F3K', 'CH-7F3K-9Q2', 'CH-7F3K-9Q2MM', '🪁🪁🪁🪁🪁🪁🪁🪁'])
    expect(readOrderNumber(text), text).toEqual({ kind: 'incomplete' });
});
