import { randomInt } from 'node:crypto';

/** Digits and capitals without those that are mistaken for others when read out or copied: 0 O, 1 I L, 8 B. */
const SYMBOLS = '2345679ACDEFGHJKMNPQRSTUVWXYZ';
const GROUP = 4;

const group = (): string =>
  Array.from({ length: GROUP }, () => SYMBOLS[randomInt(SYMBOLS.length)]).join('');

/**
 * A number that people can read out, such as CH-7F3K-9Q2M: one of 500 billion, at random, so that nobody can guess
 * another customer's or count a shop's orders. A bucket refuses one that it has already.
 */
export const newOrderNumber = (): string => `CH-${group()}-${group()}`;

/** A number as people write it: in small letters, with spaces, without hyphens. Anything else is returned as it is. */
export function orderNumberOf(text: string): string {
  const plain = text.toUpperCase().replaceAll(/[^0-9A-Z]/g, '');
  const [, first, second] = /^(?:CH)?([0-9A-Z]{4})([0-9A-Z]{4})$/.exec(plain) ?? [];
  return first && second ? `CH-${first}-${second}` : text;
}
