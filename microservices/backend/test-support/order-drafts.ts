// Orders computed from a shopper's cart, for tests of the order engine.

import { randomUUID } from 'node:crypto';
import type { OrderDraft } from '../src/modules/orders/engine/order-engine.queries.ts';
import { newOrderNumber } from '../src/modules/orders/order-number.ts';
import { ADDRESS, type Shopper } from './test-app.ts';

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
    shippingAddress: ADDRESS,
    billingAddress: ADDRESS,
    provider: 'test',
    holdSeconds: 900,
    idempotentRequest: undefined,
    lines,
  };
}
