import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Refusal, startMailServer } from '../../../test-support/mail-server.ts';
import {
  checkoutBody,
  createTestApp,
  SECRET,
  type Shopper,
  type TestApp,
} from '../../../test-support/test-app.ts';
import { isDrained, startWorker } from '../../../test-support/test-worker.ts';
import { waitUntil } from '../../../test-support/wait-until.ts';

let shop: TestApp;
beforeEach(async () => {
  shop = await createTestApp();
  await shop.addProduct('mug', { name: 'Mug <b>&</b>' });
});
afterEach(() => shop[Symbol.asyncDispose]());

const SETTINGS = {
  // The API's, which opens the links.
  GUEST_TOKEN_SECRET: SECRET,
  MAIL_FROM: 'Mugs & More <orders@shop.example>',
  SHOP_URL: 'https://shop.example',
  // A busy machine must not count as a late server.
  SMTP_TIMEOUT_MS: '10000',
};

const startMailing = ({ port }: { readonly port: number }, more: Record<string, string> = {}) =>
  startWorker(`${shop.superuserUrl}?options=${encodeURIComponent('-c role=carthub_app')}`, {
    ...SETTINGS,
    SMTP_URL: `smtp://127.0.0.1:${port}`,
    ...more,
  });

async function order(email: string, headers: Record<string, string> = {}) {
  return orderAs(await shop.newShopper(), { email }, headers);
}

async function orderAs(
  shopper: Shopper,
  changes: Record<string, string>,
  headers: Record<string, string> = {},
) {
  const { customerId: customer_id } = shopper;
  await shopper.call('POST', '/cart/items', { customer_id, product_id: 'mug', quantity: 2 });
  const body = checkoutBody(customer_id, changes);
  const response = await shopper.call('POST', '/cart/checkout', body, headers);
  expect(response.status).toBe(201);
  return response.body;
}

/** As the life cycle of orders will. */
const addEvent = (type: string, { order_id, customer_id }: Record<string, string>, data = {}) =>
  shop.sql(
    `insert into outbox (bucket, aggregate, sequence, type, data)
     select bucket, aggregate, 1 + max(sequence), $2::text, $3::jsonb
     from outbox where aggregate = 'order/' || $1::text
     group by bucket, aggregate`,
    [order_id, type, JSON.stringify({ order_id, customer_id, ...data })],
  );

const eventTypes = async () =>
  (await shop.sql<{ type: string }>('select type from outbox')).map(({ type }) => type);

/** What the page of the link in a mail shows. */
async function openLink(text = '') {
  const token = /https:\/\/shop\.example\/o\/([\w-]+)/.exec(text)?.[1];
  const response = await shop.call({ method: 'GET', url: `/api/v1/orders/by-link/${token}` });
  expect(response.status).toBe(200);
  return response.body;
}

const drained = () => waitUntil(() => isDrained(shop), 'all deliveries', 30_000);

/** But that of order.placed, which makes no mail if the order is paid at once. */
const deliveries = () =>
  shop.sql<{ state: string; attempts: number; last_error: string | null }>(
    `select state, attempts, last_error from outbox_deliveries where sink = 'mail' and sequence > 1`,
  );

describe('mail to customers', { timeout: 60_000 }, () => {
  it('tells of an order in the language of the customer', async () => {
    await using server = await startMailServer();
    await using _worker = await startMailing(server, { MAIL_REPLY_TO: 'help@shop.example' });
    const { order_id, number } = await order('ada@example.com', {
      'accept-language': 'de-AT, en;q=0.5',
    });
    await drained();
    expect(server.received).toHaveLength(1);
    const [{ mail, raw = '', recipient, sender } = {}] = server.received;
    expect({ recipient, sender }).toEqual({
      recipient: 'ada@example.com',
      sender: 'orders@shop.example',
    });
    expect(mail?.subject).toMatch(/^Ihre Bestellung CH-\w{4}-\w{4} ist bestätigt$/);
    expect(mail?.from?.text).toBe('"Mugs & More" <orders@shop.example>');
    expect(mail?.replyTo?.text).toBe('help@shop.example');
    expect(mail?.text).toContain('Mug <b>&</b>');
    expect(mail?.html).toContain('Mug &lt;b&gt;&amp;&lt;/b&gt;');
    expect(await openLink(mail?.text)).toMatchObject({ order_id, number });
    const [event] = await shop.sql<{ event_id: string }>(
      `select event_id from outbox where type = 'order.paid'`,
    );
    expect(mail?.messageId).toBe(`<${event?.event_id}@shop.example>`);
    expect(mail?.references).toEqual(`<order-${order_id}@shop.example>`);
    expect(raw).toMatch(/^Auto-Submitted: auto-generated\r$/m);
    expect(raw).toMatch(/^Content-Language: de-AT\r$/m);
    // Lines of RFC 5322: no server changes what it passes on.
    for (const text of raw.split('\r\n')) expect(Buffer.byteLength(text)).toBeLessThanOrEqual(998);
  });

  it('sends each of the mails, in order, and none for other events', async () => {
    await using server = await startMailServer();
    const placed = await order('ada@example.com');
    await addEvent('order.fulfilled', placed, {
      carrier: 'Post',
      tracking_number: '42',
      tracking_url: 'https://post.example/42',
      items: [{ product_id: 'mug', quantity: 1 }],
    });
    await addEvent('order.unknown', placed);
    await addEvent('order.delivered', placed);
    await addEvent('order.refunded', placed, { amount: 5 });
    await addEvent('order.cancelled', placed);
    await addEvent('order.expired', placed);
    await addEvent('order.link_requested', placed);
    await using _worker = await startMailing(server);
    await drained();
    const { number } = placed;
    expect(server.received.map(({ mail }) => mail.subject)).toEqual([
      `Your order ${number} is confirmed`,
      `A part of your order ${number} is on its way`,
      `Your order ${number} has been delivered`,
      `Refund for your order ${number}: $5.00`,
      `Your order ${number} is cancelled`,
      `Your order ${number} was not paid in time`,
      `Your link to order ${number}`,
    ]);
    expect(await deliveries()).toHaveLength(7);
  });
});

describe('mails about what happens to an order', { timeout: 60_000 }, () => {
  it('follow a cancellation with its refund, and a link that somebody wants', async () => {
    await using server = await startMailServer();
    const shopper = await shop.newShopper();
    const payment = { email: 'ada@example.com', payment_method: 'pm_test_capture' };
    const { order_id, number } = await orderAs(shopper, payment);
    expect((await shopper.call('POST', `/orders/${order_id}/cancel`)).status).toBe(200);
    const payload = { number, email: 'ADA@example.com' };
    await shop.call({ method: 'POST', url: '/api/v1/orders/find', payload });
    await waitUntil(
      async () => (await eventTypes()).includes('order.link_requested'),
      'the request for a link',
    );
    await using _worker = await startMailing(server);
    await drained();
    expect(server.received.map(({ mail }) => mail.subject)).toEqual([
      `Your order ${number} is confirmed`,
      `Your order ${number} is cancelled`,
      expect.stringContaining(`Refund for your order ${number}`),
      `Your link to order ${number}`,
    ]);
    const link = server.received.at(-1)?.mail.text;
    expect(link).toContain('The link works until');
    expect(await openLink(link)).toMatchObject({ order_id, status: 'cancelled' });
  });
});

describe('a mail that fails', { timeout: 60_000 }, () => {
  it('is sent again after a temporary refusal, as the same message if its acceptance was lost', async () => {
    const refusals = [451, 421, 0];
    let kept = 0;
    await using server = await startMailServer({
      onRecipient: () => {
        const code = refusals.shift();
        if (code) throw new Refusal(code, 'come back later');
      },
      onKept: () => {
        kept += 1;
        if (kept === 1) throw new Refusal(451, 'kept, but not said');
      },
    });
    await using _worker = await startMailing(server);
    await order('ada@example.com');
    await drained();
    expect(await deliveries()).toEqual([{ state: 'delivered', attempts: 4, last_error: null }]);
    const ids = server.received.map(({ mail }) => mail.messageId);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });

  it('is given up at once if its recipient is refused, whom nothing names; others are served', async () => {
    await using server = await startMailServer({
      onRecipient: (address) => {
        if (address.startsWith('gone')) throw new Refusal(550, `<${address}> user unknown`);
      },
    });
    await using _worker = await startMailing(server);
    await order('gone@example.com');
    await order('ada@example.com');
    await drained();
    const states = (await deliveries()).toSorted((a, b) => a.state.localeCompare(b.state));
    expect(states).toMatchObject([{ state: 'dead', attempts: 1 }, { state: 'delivered' }]);
    expect(states[0]?.last_error).toMatch(/RCPT TO.*550.*user unknown/);
    expect(states[0]?.last_error).not.toContain('gone@');
    expect(server.received.map(({ recipient }) => recipient)).toEqual(['ada@example.com']);
  });

  it('is given up if its content is refused', async () => {
    await using server = await startMailServer({
      onMail: () => {
        throw new Refusal(554, 'rejected');
      },
    });
    await using _worker = await startMailing(server);
    await order('ada@example.com');
    await drained();
    expect(await deliveries()).toMatchObject([{ state: 'dead', attempts: 1 }]);
  });

  it.each([
    ['sender', { onSender: () => refuse(550) }],
    ['login', { login: { user: 'shop', password: 'other' } }],
  ])(
    'tries again while the %s is refused: the settings are wrong, not the mail',
    async (_, how) => {
      await using server = await startMailServer(how);
      await using _worker = await startMailing(server, {
        SMTP_USERNAME: 'shop',
        SMTP_PASSWORD: 'right',
        EVENT_MAX_ATTEMPTS: '3',
      });
      await order('ada@example.com');
      await drained();
      expect(await deliveries()).toMatchObject([{ state: 'dead', attempts: 3 }]);
    },
  );
});

describe('the mail server', { timeout: 60_000 }, () => {
  it('is left while it is silent, and gets the mail later', async () => {
    let isSilent = true;
    await using silent = await startMailServer({ lateMs: 1000 });
    await using server = await startMailServer({
      onSender: () => {
        if (isSilent) throw new Refusal(421, 'busy');
      },
    });
    const settings = { SMTP_TIMEOUT_MS: '200', EVENT_MAX_ATTEMPTS: '2' };
    {
      await using _worker = await startMailing(silent, settings);
      await order('ada@example.com');
      await drained();
      expect(await deliveries()).toMatchObject([{ state: 'dead', attempts: 2 }]);
    }
    isSilent = false;
    await shop.sql(`update outbox_deliveries set state = 'pending', ended_at = null, attempts = 0`);
    await using _worker = await startMailing(server);
    await drained();
    expect(server.received).toHaveLength(1);
  });

  it('gets nothing if its certificate proves nothing, or without STARTTLS', async () => {
    await using encrypted = await startMailServer({ tls: 'implicit' });
    await using plain = await startMailServer();
    await order('ada@example.com');
    const once = { EVENT_MAX_ATTEMPTS: '1' };
    const servers = [
      [`smtps://localhost:${encrypted.port}`, /self-signed certificate/],
      [`smtp://127.0.0.2:${plain.port}`, /STARTTLS/],
    ] as const;
    for (const [SMTP_URL, reason] of servers) {
      await using _worker = await startMailing(plain, { ...once, SMTP_URL });
      await drained();
      expect(await deliveries()).toMatchObject([
        { state: 'dead', last_error: expect.stringMatching(reason) },
      ]);
      await shop.sql('truncate outbox_deliveries');
      await shop.sql('update outbox set routed_at = null');
    }
    expect([...encrypted.received, ...plain.received]).toEqual([]);
  });
});

function refuse(code: number): never {
  throw new Refusal(code, 'no');
}
