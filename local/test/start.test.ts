// `npm start` as a whole: what it opens, what it keeps, how it ends, what it refuses.

import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createShopPlace, whenNothingRuns } from './support/shop.ts';
import { productWithStock, visit } from './support/shopper.ts';
import { waitUntil } from './support/wait-until.ts';

it('opens the shop, keeps what happened in it, and ends without a trace', async () => {
  await using place = await createShopPlace();
  const first = await place.open();
  expect(first.output()).toContain(`http://localhost:${place.port}`);
  const page = await fetch(`${place.url}/orders`, { headers: { accept: 'text/html' } });
  expect(await page.text()).toContain('<div id="root">');

  const { product_id, available } = await productWithStock(place.url);
  const shopper = await visit(place.url);
  const order = await shopper.order(product_id);
  const secrets = await stat(join(place.stateDir, 'secrets.json'));
  expect(secrets.mode & 0o777).toBe(0o600);

  // Once from the terminal and once from npm, which passes it on: that is one Ctrl-C.
  first.interrupt();
  first.interrupt();
  expect(await first.ended).toBe(0);
  await whenNothingRuns(place);
  expect(existsSync(join(place.stateDir, 'start.run.json'))).toBe(false);
  expect(first.output()).not.toMatch(/Error|^\s+at /m);

  await place.open();
  // The same session is known, and the catalogue was not imported over the stock.
  expect(await shopper.orderIds()).toEqual([order]);
  expect((await productWithStock(place.url, product_id)).available).toBe(available - 1);
});

it('waits for what is being answered, unless Ctrl-C is pressed again', async () => {
  await using place = await createShopPlace();
  const shop = await place.open();
  const { product_id } = await productWithStock(place.url);
  const shopper = await visit(place.url);
  const slow = shopper.order(product_id, 'pm_test_timeout').catch(() => 'cut off');
  await waitUntil('the order is under way', async () => {
    const metrics = await (await fetch(`http://127.0.0.1:${place.backendPort}/metrics`)).text();
    const [, inFlight] = /^http_requests_in_flight (\d+)$/m.exec(metrics) ?? [];
    // What was put into the cart is answered; the other one in flight is this question.
    return metrics.includes('route="/api/v1/cart/items"') && Number(inFlight) >= 2;
  });
  await waitUntil('the end', () => {
    if (shop.child.exitCode === null) shop.interrupt();
    return shop.child.exitCode !== null;
  });
  expect(shop.child.exitCode).toBe(130);
  expect(await slow).toBe('cut off');
  await whenNothingRuns(place);
});

it('names a busy port, who has it and what to change, before it starts anything', async () => {
  await using place = await createShopPlace();
  const other = createServer().listen(place.backendPort, '127.0.0.1');
  await once(other, 'listening');
  const refused = place.launch();
  expect(await refused.ended).toBe(1);
  other.close();
  expect(refused.output()).toContain(
    `Port ${place.backendPort} is in use by process ${process.pid}`,
  );
  expect(refused.output()).toContain('BACKEND_PORT=');
  expect(existsSync(join(place.stateDir, 'postgres'))).toBe(false);
  await whenNothingRuns(place);
});

it('runs once in a checkout', async () => {
  await using place = await createShopPlace();
  const first = await place.open();
  const second = place.launch();
  expect(await second.ended).toBe(1);
  expect(second.output()).toContain(`kill ${first.child.pid}`);
  expect((await fetch(`${place.url}/health`)).status).toBe(200);
});
