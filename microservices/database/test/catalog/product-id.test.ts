import { expect, test } from 'vitest';
import { checkProductId } from '../../src/catalog/product-id.ts';

test.each([
  '.',
  '..',
  '...',
  '..a',
  'a..',
  'a/..',
  '../a',
  'a/./b',
  '..\\a',
  'a\nb',
  'a\tb',
  '\x7F',
  'a\u0085',
  'a\u2028b',
])('refuses %j', (id) => {
  expect(checkProductId(id)).toMatch(/address|control/);
});

test.each([
  '50%2F50',
  'a/b',
  '100%',
  '%',
  '%2e%2e',
  '.hidden',
  'a..b',
  'a.png',
  'x.map',
  'a b',
  'Ünï 🛒',
  'a\\b',
  'a?b#c',
  "it's",
  '"',
  '<b>',
  '/a',
  'a//b',
  'a/.b',
  'COM1',
])('accepts %j, which arrives in an address as it is', (id) => {
  expect(checkProductId(id)).toBeUndefined();
  const { pathname } = new URL(`/products/${encodeURIComponent(id)}`, 'https://shop.example');
  expect(decodeURIComponent(pathname.slice('/products/'.length))).toBe(id);
});
