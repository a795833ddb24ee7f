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
