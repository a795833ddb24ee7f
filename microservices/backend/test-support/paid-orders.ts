// Paid orders, and staff who change them.

import { randomUUID } from 'node:crypto';
import type { OrderDraft, Settlement } from '../src/modules/orders/engine/order-engine.queries.ts';
import { OrderEngine } from '../src/modules/orders/engine/order-engine.ts';
import type { startIssuer } from './identity/oidc-issuer.ts';
import { draftOf } from './order-drafts.ts';
import { onBehalfOfTests, type Shopper, type TestApp } from './test-app.ts';

const engine = new OrderEngine();

/** An order that waits for its payment. */
export async function placedOrder(
  shop: TestApp,
  shopper: Shopper,
  quantities: Readonly<Record<string, number>>,
  changes: Partial<OrderDraft> = {},
): Promise<OrderDraft> {
  const draft = await draftOf(shopper, quantities, changes);
  const { outcome } = await engine.place(onBehalfOfTests(shop.context.pool), draft);
  if (outcome !== 'placed') throw new Error(`the order is ${outcome}`);
  return draft;
}

/** The provider reserves what the order costs, or takes it. */
export const authorizeAtProvider = (
  { payments }: TestApp,
  { customerId, orderId, totals, currency }: OrderDraft,
  paymentMethod: 'pm_test_approve' | 'pm_test_capture',
) =>
  payments.authorize(
    {
      customerId,
      orderId,
      attempt: 1,
      amountMinor: totals.total,
      currency,
      reference: null,
      placedAt: new Date(),
      paymentMethod,
    },
    AbortSignal.timeout(1000),
  );

/** Ends its payment. @returns whether it was waiting */
export async function payOrder(
  shop: TestApp,
  draft: OrderDraft,
  paymentStatus: Settlement['paymentStatus'] = 'authorized',
): Promise<boolean> {
  const { customerId, orderId, lines } = draft;
  const method = paymentStatus === 'captured' ? 'pm_test_capture' : 'pm_test_approve';
  await authorizeAtProvider(shop, draft, method);
  return engine.settle(onBehalfOfTests(shop.context.pool), {
    customerId,
    orderId,
    status: 'paid',
    paymentStatus,
    reference: `test_${orderId}`,
    reason: null,
    actor: 'provider',
    response: undefined,
    productIds: lines.map(({ productId }) => productId),
    promotionIds: [],
  });
}

export async function paidOrder(
  shop: TestApp,
  shopper: Shopper,
  quantities: Readonly<Record<string, number>>,
  paymentStatus: Settlement['paymentStatus'] = 'authorized',
  changes: Partial<OrderDraft> = {},
): Promise<OrderDraft> {
  const draft = await placedOrder(shop, shopper, quantities, changes);
  if (!(await payOrder(shop, draft, paymentStatus))) throw new Error('the order does not wait');
  return draft;
}

type Issuer = Awaited<ReturnType<typeof startIssuer>>;

/** Somebody of the shop's staff, as a client of the API. */
export async function newStaff(shop: TestApp, issuer: Issuer, sub = `staff-${randomUUID()}`) {
  // Valid for the longest of test runs.
  const token = await issuer.sign({ sub, roles: ['staff'], exp: 4_000_000_000 });
  const call = (
    method: 'GET' | 'POST',
    path: string,
    payload?: object,
    headers: Record<string, string> = {},
  ) =>
    shop.call({
      method,
      url: `/api/v1${path}`,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(payload ? { payload } : {}),
    });
  return { sub, token, call };
}
export type Staff = Awaited<ReturnType<typeof newStaff>>;
