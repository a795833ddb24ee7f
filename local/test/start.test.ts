// `npm start` as a whole: what it starts, what it keeps, how it stops, what it refuses.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { waitUntil } from '../../testbed/wait-until.ts';
import { createTestShop, pidOf, whenNothingRuns } from './support/shop.ts';
import { productWithStock, visit } from './support/shopper.ts';

it('opens the shop, keeps its data, and leaves no process after Ctrl-C', async () => {
  await using shop = await createTestShop();
  const first = await shop.open();
  expect(first.output()).toContain(`http://localhost:${shop.port}`);
  expect(first.output()).toContain('2 delivery options and 2 promotions');
  const page = await fetch(`${shop.url}/orders`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<div id="root">');

  const { product_id, available } = await productWithStock(shop.url);
  const shopper = await visit(shop.url);
  const order = await shopper.order(product_id);
  const inbox = async () => (await fetch(`${shop.url}/inbox`)).text();
  await waitUntil('the mail about the order arrives', async () =>
    (await inbox()).includes('/inbox/1'),
  );
  expect(first.output()).toContain(`http://localhost:${shop.port}/inbox`);
  const secrets = await stat(join(shop.stateDir, 'secrets.json'));
  expect(secrets.mode & 0o777).toBe(0o600);

  // The terminal sends it and npm forwards it: two signals are one Ctrl-C.
  first.interrupt();
  first.interrupt();
  expect(await first.exited).toBe(0);
  await whenNothingRuns(shop);
  expect(existsSync(join(shop.stateDir, 'start.run.json'))).toBe(false);
  expect(first.output()).not.toMatch(/Error|^\s+at /m);

  await shop.open();
  // The session is still valid, and the import did not overwrite the stock.
  expect(await shopper.orderIds()).toEqual([order]);
  expect((await productWithStock(shop.url, product_id)).available).toBe(available - 1);
});

it('runs the worker, which posts the events of an order and is restarted when it ends', async () => {
  const types: string[] = [];
  const receiver = createHttpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    types.push(JSON.parse(Buffer.concat(chunks).toString()).type);
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(receiver, 'listening');
  const { port } = Object(receiver.address());
  await using shop = await createTestShop();
  const launched = shop.launch({
    WEBHOOK_URL: `http://127.0.0.1:${port}`,
    WEBHOOK_SECRET: `whsec_${Buffer.alloc(32, 1).toString('base64')}`,
  });
  await launched.whenOpen();
  process.kill(pidOf(shop.stateDir, 'worker'), 'SIGKILL');
  const shopper = await visit(shop.url);
  await shopper.order((await productWithStock(shop.url)).product_id);
  await waitUntil('all events arrive', () => types.length >= 3);
  expect(types.sort()).toEqual(['cart.checked_out', 'order.paid', 'order.placed']);
  const contract = await (await fetch(`${shop.url}/asyncapi.json`)).json();
  expect(Object.keys(Object(contract).components.messages)).toEqual(expect.arrayContaining(types));
  expect(launched.output()).toContain('The worker has ended (SIGKILL)');
  receiver.closeAllConnections();
  receiver.close();
});

it('waits for requests in flight, unless Ctrl-C is pressed again', async () => {
  await using shop = await createTestShop();
  const launched = await shop.open();
  const { product_id } = await productWithStock(shop.url);
  const shopper = await visit(shop.url);
  const slow = shopper.order(product_id, 'pm_test_timeout').catch(() => 'cut off');
  await waitUntil('the order is in flight', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${shop.backendPort}/metrics`)).text();
    const [, inFlight] = /^http_requests_in_flight (\d+)$/m.exec(metrics) ?? [];
    // The cart request has been answered; the second request in flight is this one for the metrics.
    return metrics.includes('route="/api/v1/cart/items"') && Number(inFlight) >= 2;
  });
  await waitUntil('the launcher exits', () => {
    if (!launched.hasExited()) launched.interrupt();
    return launched.hasExited();
  });
  expect(await launched.exited).toBe(130);
  expect(await slow).toBe('cut off');
  await whenNothingRuns(shop);
});

it('names a busy port, its process and the variable to change, before it starts anything', async () => {
  await using shop = await createTestShop();
  const other = createServer().listen(shop.backendPort, '127.0.0.1');
  await once(other, 'listening');
  const refused = shop.launch();
  expect(await refused.exited).toBe(1);
  other.close();
  expect(refused.output()).toContain(
    `Port ${shop.backendPort} is in use by process ${process.pid}`,
  );
  expect(refused.output()).toContain('BACKEND_PORT=');
  expect(existsSync(join(shop.stateDir, 'postgres'))).toBe(false);
  await whenNothingRuns(shop);
});

it('refuses a second run in the same checkout', async () => {
  await using shop = await createTestShop();
  const first = await shop.open();
  const second = shop.launch();
  expect(await second.exited).toBe(1);
  expect(second.output()).toContain(`kill ${first.pid}`);
  expect((await fetch(`${shop.url}/health`)).status).toBe(200);
});
