import { expect, test } from 'vitest';
import { split } from '../../src/db/batching/split.ts';

const three = () => new Map([...'abc'].map((key, index) => [key, index] as const));

test('takes the first waiting entries in order and leaves the others', () => {
  const [first, others] = split(three(), 2);
  expect([...first]).toEqual([
    ['a', 0],
    ['b', 1],
  ]);
  expect([...others]).toEqual([['c', 2]]);
});

test('takes the whole map and starts a new one if everything fits', () => {
  const all = three();
  const [first, others] = split(all, 3);
  expect(first).toBe(all);
  expect(others.size).toBe(0);
});
