import { delay, HttpResponse, type RequestHandler } from 'msw';
import type { CheckoutRequest, Order } from '../../src/shared/api/types.ts';
import type { LostResponse } from './checkout-desk.ts';
import type { FakeShop } from './fake-shop.ts';
import { http } from './http.ts';
import { intercept, problem } from './refusals.ts';
import { order } from './samples.ts';

export function checkoutHandler(shop: FakeShop): RequestHandler {
  return http.post('/api/v1/cart/checkout', async ({ request, response }) => {
    const refused = await intercept(shop, 'checkout', request);
    if (refused) return response.untyped(refused);
    const body = await request.json();
    if (body.customer_id !== shop.customerId) {
      return response.untyped(problem({ status: 403, code: 'forbidden' }));
    }
    const answer = await answerOnce(shop, body, request.headers.get('Idempotency-Key') ?? '');
    await delay(shop.latencyMs);
    const lost = shop.checkouts.takeLost();
    return response.untyped(lost ? lose(lost) : answer);
  });
}

/** The same key gets the same response; the order's event leaves before it. */
async function answerOnce(shop: FakeShop, body: CheckoutRequest, key: string) {
  const fingerprint = JSON.stringify(body);
  const found = shop.checkouts.find(body.customer_id, key);
  if (found && found.fingerprint !== fingerprint) {
    return problem({ status: 422, code: 'idempotency-key-reused' });
  }
  if (found) return found.response ? send(found.response, true) : keyInUse();
  const kept = shop.checkouts.claim(body.customer_id, key, fingerprint);
  await shop.whilePaying;
  if (shop.cart().items.length === 0) {
    const refusal = { status: 409, code: 'cart-empty' };
    kept.response = { status: 409, body: refusal };
    return problem(refusal);
  }
  if (needsAuthentication(body)) {
    kept.response = { status: 202, body: waitForBank(shop, body) };
    return send(kept.response, false);
  }
  const placed = placeOrder(shop, body);
  kept.response = { status: 201, body: placed };
  shop.publish();
  return send(kept.response, false);
}

const needsAuthentication = ({ payment_method }: CheckoutRequest): boolean =>
  payment_method === 'pm_test_authenticate' || payment_method === 'ctoken_authenticate';

/** The cart stays until the order is paid. */
function waitForBank(shop: FakeShop, body: CheckoutRequest): Order {
  const { provider } = shop.paymentSettings;
  const waiting: Order = {
    ...newOrder(shop, body),
    status: 'pending_payment',
    payment: {
      provider,
      status: 'requires_action',
      reference: 'pi_1',
      client_secret: 'pi_1_secret',
    },
  };
  shop.orders.unshift(waiting);
  return waiting;
}

function placeOrder(shop: FakeShop, body: CheckoutRequest): Order {
  const placed = newOrder(shop, body);
  shop.orders.unshift(placed);
  shop.clear();
  return placed;
}

function newOrder(shop: FakeShop, body: CheckoutRequest): Order {
  const { items, total_items } = shop.cart();
  const { email, shipping_address } = body;
  const number = String(shop.orders.length + 1).padStart(12, '0');
  return order({
    ...shop.quote(body.delivery_option),
    order_id: `0c9d7f3a-0000-4000-8000-${number}`,
    items,
    total_items,
    email,
    shipping_address,
    created_at: new Date().toISOString(),
  });
}

function send({ status, body }: { status: number; body: unknown }, isReplay: boolean) {
  if (status >= 400) return problem({ status, code: 'unknown', ...Object(body) });
  const headers = isReplay ? { 'Idempotency-Replayed': 'true' } : {};
  return HttpResponse.json(Object(body), { status, headers });
}

const keyInUse = () =>
  problem({ status: 409, code: 'idempotency-key-in-use', headers: { 'Retry-After': '1' } });

function lose(lost: LostResponse) {
  if (lost === 'cut') return HttpResponse.error();
  const { status, type = 'text/html', body = '<h1>Bad gateway</h1>' } = lost;
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return new HttpResponse(text, { status, headers: { 'Content-Type': type } });
}
