import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestApp, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
});
afterAll(() => shop[Symbol.asyncDispose]());

const list = (limit: string) =>
  shop.call({ method: 'GET', url: `/api/v1/products?limit=${encodeURIComponent(limit)}` });

it.each(['0x10', '1e1', '10.0', ' 10', '10 ', '+10', '1_0', '', 'ten', 'true', 'null', '１０'])(
  'the limit %j is refused, although JavaScript makes some of them a number',
  async (limit) => {
    const { status, body } = await list(limit);
    expect(status).toBe(422);
    expect(body.errors).toEqual([{ pointer: '/limit', detail: 'must be integer' }]);
  },
);

it.each([
  ['1', 200],
  ['100', 200],
  ['010', 200],
  ['0', 422],
  ['-1', 422],
  ['101', 422],
  ['9'.repeat(400), 422],
])('the limit %.20s gets %i', async (limit, status) => {
  expect((await list(limit)).status).toBe(status);
});
