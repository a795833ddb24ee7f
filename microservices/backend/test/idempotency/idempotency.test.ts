import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  add,
  checkout,
  expectReplay,
  idempotentRequest,
  read,
} from '../../test-support/keyed-requests.ts';
import { createTestApp, type Shopper, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  for (const id of ['a', 'b', 'c']) await shop.addProduct(id, { price: '2.50' });
});
afterAll(() => shop[Symbol.asyncDispose]());

const keysOf = ({ customerId }: Shopper) =>
  shop.sql('select key, status from idempotency_keys where customer_id = $1 order by key', [
    customerId,
  ]);

describe('a change with an Idempotency-Key', () => {
  it('runs once and repeats its response byte for byte, whatever happened meanwhile', async () => {
    const shopper = await shop.newShopper();
    const first = await add(shopper, 'a', idempotentRequest('k'));
    expectReplay(await add(shopper, 'a', idempotentRequest('k')), first);
    await add(shopper, 'b');
    expectReplay(await add(shopper, 'a', idempotentRequest('k')), first);
    await using other = await shop.twin();
    expectReplay(await add(other.as(shopper), 'a', idempotentRequest('k')), first);
    expect((await read(shopper)).body).toMatchObject({ version: 2, total_items: 2 });
  });

  it.each([
    ['PUT', '/items/a', { quantity: 7 }],
    ['DELETE', '/items/a', undefined],
    ['DELETE', '/items/b', undefined],
    ['DELETE', '', undefined],
  ] as const)('works for %s …%s', async (method, path, body) => {
    const shopper = await shop.newShopper();
    await add(shopper, 'a');
    const url = `/cart/${shopper.customerId}${path}`;
    const first = await shopper.call(method, url, body, idempotentRequest('k'));
    await add(shopper, 'a');
    expectReplay(await shopper.call(method, url, body, idempotentRequest('k')), first);
    expect((await read(shopper)).body.total_items).not.toBe(0);
  });

  it('keeps the responses of one batch in order, each with its own version', async () => {
    const shopper = await shop.newShopper();
    await read(shopper);
    const keys = Array.from({ length: 20 }, (_, n) => `k${n}`);
    const firsts = await Promise.all(keys.map((key) => add(shopper, 'a', idempotentRequest(key))));
    expect(new Set(firsts.map(({ body }) => body.version)).size).toBe(20);
    for (const [n, key] of keys.entries()) {
      const first = firsts[n];
      if (first) expectReplay(await add(shopper, 'a', idempotentRequest(key)), first);
    }
    expect((await read(shopper)).body.total_items).toBe(20);
  });

  it('repeats a refusal even if the change would now succeed', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'a', {}, { quantity: 98 });
    const line = `/cart/${shopper.customerId}/items/b`;
    const tries = [
      () => add(shopper, 'a', idempotentRequest('limit'), { quantity: 2 }),
      () => add(shopper, 'none', idempotentRequest('product')),
      () => add(shopper, 'a', idempotentRequest('price'), { price: 9 }),
      () => add(shopper, 'a', idempotentRequest('match', { 'if-match': '"9"' })),
      () => shopper.call('PUT', line, { quantity: 2 }, idempotentRequest('line')),
    ];
    const firsts = await Promise.all(tries.map((attempt) => attempt()));
    expect(firsts.map(({ status }) => status)).toEqual([409, 404, 409, 412, 404]);
    await shopper.call('DELETE', `/cart/${shopper.customerId}`);
    await add(shopper, 'b');
    for (const [n, attempt] of tries.entries()) {
      const first = firsts[n];
      if (first) expectReplay(await attempt(), first);
    }
  });

  it('is refused on a cart that the same batch changed, with the timestamps of that cart', async () => {
    const shopper = await shop.newShopper();
    await read(shopper);
    const [, refused] = await Promise.all([
      add(shopper, 'a'),
      add(shopper, 'a', idempotentRequest('k', { 'if-match': '"0"' })),
    ]);
    const cart = await read(shopper);
    expect(refused?.body.cart).toEqual(cart.body);
    const again = await add(shopper, 'a', idempotentRequest('k', { 'if-match': '"0"' }));
    if (refused) expectReplay(again, refused);
  });

  it('stores nothing without a key', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'a');
    await checkout(shopper);
    expect(await keysOf(shopper)).toEqual([]);
  });
});

describe('a key', () => {
  it('that was used with another body, path or method is refused, and nothing changes', async () => {
    const shopper = await shop.newShopper();
    await add(shopper, 'a', idempotentRequest('k'));
    const line = `/cart/${shopper.customerId}/items/a`;
    for (const answer of [
      await add(shopper, 'a', idempotentRequest('k'), { quantity: 2 }),
      await shopper.call('PUT', line, { quantity: 1 }, idempotentRequest('k')),
      await shopper.call('DELETE', line, undefined, idempotentRequest('k')),
      await checkout(shopper, idempotentRequest('k')),
    ])
      expect([answer.status, answer.body.code]).toEqual([422, 'idempotency-key-reused']);
    expect((await read(shopper)).body.version).toBe(1);
  });

  it('belongs to its customer', async () => {
    const [one, other] = await Promise.all([shop.newShopper(), shop.newShopper()]);
    await add(one, 'a', idempotentRequest('k'));
    const answer = await add(other, 'a', idempotentRequest('k'));
    expect(answer.body).toMatchObject({ customer_id: other.customerId, version: 1 });
  });

  it.each([['x'.repeat(256)], ['ü'], ['a\tb']])('%j is refused', async (key) => {
    const shopper = await shop.newShopper();
    const { status, body } = await add(shopper, 'a', idempotentRequest(key));
    expect([status, body.errors?.[0].pointer]).toEqual([422, '/idempotency-key']);
    expect((await read(shopper)).body.version).toBe(0);
  });

  it('is not consumed by an invalid or forbidden request', async () => {
    const [shopper, stranger] = await Promise.all([shop.newShopper(), shop.newShopper()]);
    expect((await add(shopper, 'a', idempotentRequest('k'), { quantity: 0 })).status).toBe(422);
    const foreign = await add(stranger, 'a', idempotentRequest('k'), {
      customer_id: shopper.customerId,
    });
    expect(foreign.status).toBe(403);
    expect((await add(shopper, 'a', idempotentRequest('k'))).status).toBe(200);
  });

  it('that is in flight in this process is refused', async () => {
    const shopper = await shop.newShopper();
    await read(shopper);
    const answers = await Promise.all(
      [1, 2, 3].map(() => add(shopper, 'a', idempotentRequest('k'))),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409, 409]);
    const refused = answers.find(({ status }) => status === 409);
    expect(refused?.body.code).toBe('idempotency-key-in-use');
    expect(refused?.headers['retry-after']).toBe('1');
  });

  it.each(['a change', 'no change'])('used in two processes at once runs %s once', async (kind) => {
    await using other = await shop.twin();
    const shopper = await shop.newShopper();
    const there = other.as(shopper);
    await Promise.all([add(shopper, 'b'), read(there)]);
    for (let n = 0; n < 20; n += 1) {
      const ask = (client: Shopper) =>
        kind === 'a change'
          ? add(client, 'a', idempotentRequest(`k${n}`))
          : client.call(
              'DELETE',
              `/cart/${client.customerId}/items/c`,
              undefined,
              idempotentRequest(`k${n}`),
            );
      const answers = await Promise.all([ask(shopper), ask(there)]);
      const told = answers.filter(({ status }) => status === 200);
      expect(answers.every(({ status }) => status === 200 || status === 409)).toBe(true);
      expect(new Set(told.map(({ text }) => text)).size).toBe(1);
    }
    const { body } = await read(shopper);
    expect(body.total_items).toBe(kind === 'a change' ? 21 : 1);
  });
});
