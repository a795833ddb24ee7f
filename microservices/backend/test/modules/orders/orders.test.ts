import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { price: '12.05' });
});
afterAll(() => shop[Symbol.asyncDispose]());

async function order(shopper: Shopper): Promise<string> {
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 1 });
  const { body } = await shopper.call('POST', '/cart/checkout', checkoutBody(customer_id));
  return body.order_id;
}

describe('a customer’s orders', () => {
  it('are listed newest first, page by page', async () => {
    const shopper = await shop.newShopper();
    const placed: string[] = [];
    for (let i = 0; i < 5; i += 1) placed.unshift(await order(shopper));
    const seen: string[] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const { body } = await shopper.call('GET', `/orders?limit=2${cursor && `&cursor=${cursor}`}`);
      seen.push(...body.items.map((item: { order_id: string }) => item.order_id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(placed);
  });

  it('placed at the same moment are paged without gaps or duplicates', async () => {
    const shopper = await shop.newShopper();
    for (let i = 0; i < 4; i += 1) await order(shopper);
    await shop.sql('update orders set created_at = now() where customer_id = $1', [
      shopper.customerId,
    ]);
    const first = await shopper.call('GET', '/orders?limit=3');
    const second = await shopper.call('GET', `/orders?limit=3&cursor=${first.body.next_cursor}`);
    const all = [...first.body.items, ...second.body.items];
    expect(new Set(all.map(({ order_id }) => order_id)).size).toBe(4);
    expect(second.body.next_cursor).toBeNull();
  });

  it('are an empty list for a customer without orders', async () => {
    const { body } = await (await shop.newShopper()).call('GET', '/orders');
    expect(body).toEqual({ items: [], next_cursor: null });
  });

  it('are hidden from others, who cannot tell whether an order exists', async () => {
    const orderId = await order(await shop.newShopper());
    const stranger = await shop.newShopper();
    const [theirs, none, nonsense] = await Promise.all([
      stranger.call('GET', `/orders/${orderId}`),
      stranger.call('GET', '/orders/00000000-0000-4000-8000-000000000000'),
      stranger.call('GET', '/orders/not-an-order'),
    ]);
    const told = (answer: typeof theirs) => ({ ...answer.body, request_id: '' });
    expect(theirs.status).toBe(404);
    expect(told(theirs)).toEqual(told(none));
    expect(told(nonsense)).toEqual(told(none));
    expect((await stranger.call('GET', '/orders')).body.items).toEqual([]);
  });

  it.each(['cursor=abc', 'cursor=e30', 'limit=0', 'customer_id=x'])('reject %s', async (query) => {
    const { status } = await (await shop.newShopper()).call('GET', `/orders?${query}`);
    expect(status).toBe(422);
  });

  it('keep the price and name at the time of sale', async () => {
    const shopper = await shop.newShopper();
    const orderId = await order(shopper);
    await shop.sql("update products set price = 1, product_name = 'Cup' where product_id = 'mug'");
    const { body } = await shopper.call('GET', `/orders/${orderId}`);
    expect(body.items[0]).toMatchObject({ product_name: 'mug', price: 12.05 });
    await shop.sql(
      "update products set price = 12.05, product_name = 'mug' where product_id = 'mug'",
    );
  });
});
