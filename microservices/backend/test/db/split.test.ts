import { expect, test } from 'vitest';
import { split } from '../../src/db/batching/split.ts';

const three = () => new Map([...'abc'].map((key, index) => [key, index] as const));

test('the first of what waits are taken in order, and the others wait on', () => {
  const [first, others] = split(three(), 2);
  expect([...first]).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  expect([...others]).toEqual([['c', 2]]);
});

test('all that waits is taken as it is, and a new map begins', () => {
  const all = three();
  const [first, others] = split(all, 3);
  expect(first).toBe(all);
  expect(others.size).toBe(0);
});
