import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { buildStorefront } from '../../local/start/storefront.ts';
import { startBackend } from '../../testbed/backend.ts';
import { freePort } from '../../testbed/free-port.ts';
import { openBrowser, openContext } from '../support/browser.ts';
import { Shopper } from '../support/shopper.ts';

const MICROSERVICES = join(import.meta.dirname, '../../microservices');

let browser: Browser;
beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser.close());

it('says on every page that the backend is down, and works when it is up again', async () => {
  const backendPort = await freePort();
  const storefront = await buildStorefront({
    directory: join(MICROSERVICES, 'frontend/dist'),
    pictureHosts: [],
    backendUrl: `http://127.0.0.1:${backendPort}`,
  });
  const url = await storefront.listen({ host: '127.0.0.1', port: 0 });
  const context = await openContext(browser, 'phone');
  const page = await context.newPage();
  const shopper = new Shopper(page, url);
  for (const path of ['/', '/products/moka-pot', '/cart', '/checkout', '/orders']) {
    await shopper.open(path);
    await page.getByText('We can’t reach the shop right now').first().waitFor();
    await page.getByRole('button', { name: 'Try again' }).first().waitFor();
  }
  await shopper.open('/');
  await page.getByRole('button', { name: 'Try again' }).first().waitFor();

  const backend = await startBackend({
    databaseUrl: inject('shop').backendDatabaseUrl,
    port: backendPort,
    env: { COOKIE_SECURE: 'off', LOG_LEVEL: 'silent' },
  });
  try {
    await expect
      .poll(() => fetch(`${url}/api/v1/products`).then(({ status }) => status), { timeout: 10_000 })
      .toBe(200);
    await page.getByRole('button', { name: 'Try again' }).first().click();
    await page.getByRole('article').first().waitFor();
  } finally {
    await backend[Symbol.asyncDispose]();
    await context.close();
    await storefront.close();
  }
});
