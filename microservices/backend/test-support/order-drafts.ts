// Orders computed from a shopper's cart, for tests of the order engine.

import { randomUUID } from 'node:crypto';
import type { OrderDraft, Settlement } from '../src/modules/orders/engine/order-engine.queries.ts';
import { OrderEngine } from '../src/modules/orders/engine/order-engine.ts';
import { limitedPromotions } from '../src/modules/orders/engine/order-pricing.ts';
import { newOrderNumber } from '../src/modules/orders/order-number.ts';
import {
  ADDRESS,
  createTestApp,
  onBehalfOfTests,
  type Shopper,
  type TestApp,
  testBucketOf,
} from './test-app.ts';

/** The pricing of an order of a shop without rules. */
const WITHOUT_RULES: OrderDraft['pricing'] = {
  rulesVersion: 0,
  facts: [],
  uses: [],
  discounts: [],
  taxIncluded: false,
  taxes: [],
  delivery: null,
};

interface CartBody {
  readonly version: number;
  readonly items: readonly {
    readonly product_id: string;
    readonly product_name: string;
    readonly price: number;
    readonly quantity: number;
  }[];
}

/** Puts the products into the shopper's cart and computes the order of the whole cart. */
export async function draftOf(
  shopper: Shopper,
  quantities: Readonly<Record<string, number>>,
  changes: Partial<OrderDraft> = {},
): Promise<OrderDraft> {
  const { customerId } = shopper;
  for (const [product_id, quantity] of Object.entries(quantities))
    await shopper.call('POST', '/cart/items', { customer_id: customerId, product_id, quantity });
  const { body } = await shopper.call('GET', `/cart/${customerId}`);
  return { ...toDraft(customerId, body), ...changes };
}

function toDraft(customerId: string, { version, items }: CartBody): OrderDraft {
  const lines = items.map((item) => ({
    productId: item.product_id,
    productName: item.product_name,
    priceMinor: Math.round(item.price * 100),
    quantity: item.quantity,
    imageUrl: null,
  }));
  const subtotal = lines.reduce((sum, line) => sum + line.priceMinor * line.quantity, 0);
  return {
    customerId,
    cartVersion: version,
    orderId: randomUUID(),
    number: newOrderNumber(),
    currency: 'USD',
    totals: { subtotal, discount: 0, shipping: 0, tax: 0, total: subtotal },
    email: 'shopper@example.com',
    locale: 'en-US',
    shippingAddress: ADDRESS,
    billingAddress: ADDRESS,
    provider: 'test',
    holdSeconds: 900,
    idempotentRequest: undefined,
    lines,
    pricing: WITHOUT_RULES,
  };
}

const settlementOf = (
  { customerId, orderId, lines, pricing }: OrderDraft,
  status: Settlement['status'],
): Settlement => ({
  customerId,
  orderId,
  status,
  paymentStatus: status === 'paid' ? 'captured' : 'failed',
  reference: status === 'paid' ? `test_${orderId}` : null,
  reason: status === 'paid' ? null : 'The card was declined.',
  actor: 'provider',
  response: undefined,
  productIds: lines.map(({ productId }) => productId),
  promotionIds: limitedPromotions(pricing),
});

/** A shop with mugs and pans, and the engines of two processes. */
export class OrderShop implements AsyncDisposable {
  readonly shop: TestApp;
  engine = new OrderEngine();
  /** Of another process on the same database. */
  other = new OrderEngine();

  private constructor(shop: TestApp) {
    this.shop = shop;
  }

  static async create(): Promise<OrderShop> {
    const shop = await createTestApp();
    await shop.addProduct('mug', { price: '22.00', stock: 0 });
    await shop.addProduct('pan', { price: '80.00', stock: 0 });
    return new OrderShop(shop);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.shop[Symbol.asyncDispose]();
  }

  /** No orders, and five units of each product in the bucket of the customers. */
  async reset(): Promise<void> {
    await this.shop.sql('delete from orders');
    await this.shop.sql('delete from cart_items');
    await this.shop.sql('update inventory set on_hand = 0, held = 0, sold = 0');
    await this.shop.sql('update inventory set on_hand = 5 where bucket = 0');
    this.engine = new OrderEngine();
    this.other = new OrderEngine();
  }

  /** All are of one bucket. */
  async newShopper(): Promise<Shopper> {
    let shopper = await this.shop.newShopper();
    while (testBucketOf(shopper.customerId) !== 0) shopper = await this.shop.newShopper();
    return shopper;
  }

  /** Of a new customer. */
  async newDraft(
    quantities: Readonly<Record<string, number>> = { mug: 1 },
    changes: Partial<OrderDraft> = {},
  ): Promise<OrderDraft> {
    return draftOf(await this.newShopper(), quantities, changes);
  }

  async place(draft: OrderDraft, by = this.engine): Promise<string> {
    return (await by.place(this.#database(), draft)).outcome;
  }

  settle(
    draft: OrderDraft,
    status: Settlement['status'],
    by = this.engine,
    response?: Settlement['response'],
  ): Promise<boolean> {
    return by.settle(this.#database(), { ...settlementOf(draft, status), response });
  }

  #database() {
    return onBehalfOfTests(this.shop.context.pool);
  }

  /** Of all buckets. */
  async stockOf(productId: string): Promise<Stock | undefined> {
    const [row] = await this.shop.sql<Stock>(
      `select sum(on_hand)::integer as on_hand, sum(held)::integer as held,
         sum(sold)::integer as sold
       from inventory where product_id = $1`,
      [productId],
    );
    return row;
  }

  async cartOf({ customerId }: OrderDraft): Promise<Record<string, number>> {
    const lines = await this.shop.sql<{ product_id: string; quantity: number }>(
      'select product_id, quantity from cart_items where customer_id = $1',
      [customerId],
    );
    return Object.fromEntries(lines.map((line) => [line.product_id, line.quantity]));
  }

  async statusOf({ orderId }: OrderDraft): Promise<string | undefined> {
    const [order] = await this.shop.sql<{ status: string }>(
      'select status from orders where order_id = $1',
      [orderId],
    );
    return order?.status;
  }
}

interface Stock {
  readonly on_hand: number;
  readonly held: number;
  readonly sold: number;
}
