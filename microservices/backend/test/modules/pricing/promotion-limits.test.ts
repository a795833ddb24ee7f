import { expect, it } from 'vitest';
import { setRules, usesOf } from '../../../test-support/pricing-rules.ts';
import {
  checkoutBody,
  createTestApp,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';

const LIMIT = 50;
const BUYERS = 500;

async function newBuyers(shop: TestApp, count: number, code?: string): Promise<Shopper[]> {
  const buyers: Shopper[] = [];
  while (buyers.length < count) {
    const some = Array.from({ length: Math.min(50, count - buyers.length) }, async () => {
      const buyer = await shop.newShopper();
      const { customerId } = buyer;
      const body = { customer_id: customerId, product_id: 'mug', quantity: 1 };
      await buyer.call('POST', '/cart/items', body);
      if (code) await buyer.call('PUT', `/cart/${customerId}/promotions/${code}`);
      return buyer;
    });
    buyers.push(...(await Promise.all(some)));
  }
  return buyers;
}

const order = (buyer: Shopper, changes: object = {}) =>
  buyer.call('POST', '/cart/checkout', checkoutBody(buyer.customerId, changes));

it('gives a limited code to exactly as many of many customers on two processes', async () => {
  await using shop = await createTestApp({ MAX_CONCURRENT_REQUESTS: '0' });
  await using twin = await shop.twin();
  await shop.addProduct('mug', { price: '10.00', stock: 2 * BUYERS });
  await setRules(shop, { promotions: [{ id: 'few', code: 'FEW', limit: LIMIT }] });
  const buyers = await newBuyers(shop, BUYERS, 'FEW');
  const results = await Promise.all(
    buyers.map((buyer, index) => order(index % 2 === 0 ? buyer : twin.as(buyer))),
  );
  const counts: Record<string, number> = {};
  for (const { status, body } of results) {
    const outcome = `${status} ${body.code ?? body.total}`;
    counts[outcome] = (counts[outcome] ?? 0) + 1;
  }
  expect(counts).toEqual({ '201 9': LIMIT, '409 code-refused': BUYERS - LIMIT });
  expect(await usesOf(shop, 'few')).toEqual({
    allotted: LIMIT,
    used: LIMIT,
    uses: LIMIT,
    discounted: LIMIT,
  });
}, 120_000);

it('gives back the use of an order that was not paid', async () => {
  await using shop = await createTestApp();
  await shop.addProduct('mug', { price: '10.00' });
  await setRules(shop, { promotions: [{ id: 'one', code: 'ONE', limit: 1 }] });
  const [first, second] = await newBuyers(shop, 2, 'ONE');
  if (!first || !second) throw new Error('no buyers');
  expect((await order(first, { payment_method: 'pm_test_decline' })).status).toBe(402);
  expect(await usesOf(shop, 'one')).toMatchObject({ used: 0, uses: 0 });
  expect((await order(second)).body.total).toBe(9);
  expect((await order(first)).body).toMatchObject({
    code: 'code-refused',
    codes: [{ code: 'ONE', reason: 'used-up' }],
  });
});

it('orders nothing at a total that was not shown while rules change', async () => {
  await using shop = await createTestApp({ MAX_CONCURRENT_REQUESTS: '0' });
  await using twin = await shop.twin();
  await shop.addProduct('mug', { price: '10.00', stock: 10_000 });
  const rules = (rate: number) => ({
    taxes: [['Tax', '', rate]] as const,
    promotions: [{ id: 'auto', percent: rate }],
  });
  await setRules(shop, rules(5));
  const buyers = (await newBuyers(shop, 200)).map((buyer, index) =>
    index % 2 === 0 ? buyer : twin.as(buyer),
  );
  const quoteOf = async (buyer: Shopper) =>
    (await buyer.call('GET', `/cart/${buyer.customerId}/quote?country=US`)).body;
  // The first change comes between these quotes and their orders.
  const quotes = await Promise.all(buyers.map(quoteOf));
  await setRules(shop, rules(24));
  let isDone = false;
  let onAnswer = () => {};
  /** Of a change each; with fewer, nobody would order between two changes. */
  const RESPONSES = 50;
  const flipping = (async () => {
    for (let rate = 6; !isDone; rate = 5 + ((rate + 1) % 20)) {
      await setRules(shop, rules(rate));
      // All may have ordered meanwhile: then nobody answers any more.
      if (isDone) return;
      await new Promise<void>((resolve) => {
        let left = RESPONSES;
        onAnswer = () => {
          left -= 1;
          if (left === 0 || isDone) resolve();
        };
      });
    }
  })();
  const outcomes = await Promise.all(
    buyers.map(async (buyer, index) => {
      let quote = quotes[index];
      for (let tries = 1; ; tries += 1) {
        const { status, body } = await order(buyer, { quote_id: quote.quote_id });
        onAnswer();
        if (status === 201) return { shown: quote.total, charged: body.total, tries };
        expect([status, body.code]).toEqual([409, 'quote-changed']);
        quote = await quoteOf(buyer);
      }
    }),
  ).finally(() => {
    isDone = true;
    onAnswer();
  });
  await flipping;
  expect(outcomes.filter(({ shown, charged }) => shown !== charged)).toEqual([]);
  expect(outcomes.every(({ tries }) => tries > 1)).toBe(true);
  const wrong = await shop.sql(
    'select order_id from orders where total <> subtotal - discount + shipping + tax',
  );
  expect(wrong).toEqual([]);
}, 120_000);
