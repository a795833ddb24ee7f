import { expect, it } from 'vitest';
import { close, openStorefront } from './support/open-storefront.ts';

const asBrowser = { headers: { accept: 'text/html,*/*' } };

it.each(['/', '/orders/1', '/products/size-2.5'])('answers %s with the page', async (path) => {
  await using shop = await openStorefront();
  const response = await fetch(`${shop.url}${path}`, asBrowser);
  expect(response.status).toBe(200);
  expect(await response.text()).toContain('<title>Shop</title>');
  expect(response.headers.get('cache-control')).toBe('no-store');
});

it('caches files with a hash in their name, and answers 404 for missing files', async () => {
  await using shop = await openStorefront();
  const script = await fetch(`${shop.url}/assets/app-1a2b.js`);
  expect(script.headers.get('cache-control')).toContain('immutable');
  expect(script.headers.get('content-type')).toContain('javascript');
  expect((await fetch(`${shop.url}/images/products/none.svg`)).status).toBe(404);
  expect((await fetch(`${shop.url}/orders`, { method: 'POST' })).status).toBe(404);
});

it('sets the forwarding headers whatever the client sends', async () => {
  await using shop = await openStorefront();
  const headers = { 'x-forwarded-for': '203.0.113.7' };
  const seen = await (await fetch(`${shop.url}/api/v1/echo`, { headers })).json();
  expect(seen).toMatchObject({
    'x-forwarded-for': '127.0.0.1',
    'x-forwarded-host': new URL(shop.url).host,
  });
});

it('proxies an event stream as it arrives, and ends it on close', async () => {
  await using shop = await openStorefront();
  const response = await fetch(`${shop.url}/api/v1/events`);
  const reader = response.body?.getReader();
  const first = await reader?.read();
  expect(new TextDecoder().decode(first?.value)).toBe('data: first\n\n');
  const cut = reader?.read().catch(() => 'cut');
  await shop.storefront.close();
  expect(await cut).toBe('cut');
});

it('answers 503 with a problem document while the backend is down', async () => {
  await using shop = await openStorefront();
  await close(shop.backend);
  const response = await fetch(`${shop.url}/api/v1/products`);
  expect(response.status).toBe(503);
  expect(response.headers.get('content-type')).toBe('application/problem+json');
  expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(await response.json()).toMatchObject({
    code: 'backend-unavailable',
    status: 503,
    title: 'Service Unavailable',
  });
  expect((await fetch(shop.url, asBrowser)).status).toBe(200);
});
