// Large cookies through both servers of the storefront.

import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasNginx, openNginx, openNpmStart, type Site } from './support/servers-of-the-site.ts';

const backend = createServer({ maxHeaderSize: 96 * 1024 }, ({ headers }, response) => {
  response.end(String(headers.cookie?.length));
});
let backendUrl = '';
beforeAll(async () => {
  backend.listen(0, '127.0.0.1');
  await once(backend, 'listening');
  const address = backend.address();
  backendUrl = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
});
afterAll(() => {
  backend.closeAllConnections();
  backend.close();
});

const THREE = ['a', 'b', 'c'].map((name) => `${name}=${'x'.repeat(2700)}`).join('; ');
const get = (site: Site, path: string, cookie: string) =>
  fetch(`${site.url}${path}`, { headers: { cookie } });

describe.each([
  ['npm start', true, openNpmStart],
  ['nginx', hasNginx, openNginx],
] as const)('%s', (_, canRun, open) => {
  it.runIf(canRun)('takes 32 kB of cookies for pages and for the API', async () => {
    await using site = await open({ backendUrl });
    for (const cookie of [THREE, `a=${'x'.repeat(32_000)}`]) {
      expect(await (await get(site, '/cart', cookie)).text()).toContain('<title>Shop</title>');
      const response = await get(site, '/api/v1/echo', cookie);
      expect(await response.text()).toBe(String(cookie.length));
    }
  });
});

it.runIf(hasNginx)('nginx shows a page for more, and gives the API a problem', async () => {
  await using site = await openNginx({ backendUrl });
  const cookie = `a=${'x'.repeat(100_000)}`;
  const page = await get(site, '/cart', cookie);
  expect([page.status, page.headers.get('content-type')]).toEqual([
    431,
    'text/html; charset=utf-8',
  ]);
  expect(await page.text()).toContain('Delete the cookies of this site');
  const problem = await get(site, '/api/v1/echo', cookie);
  expect([problem.status, await problem.json()]).toMatchObject([
    431,
    { code: 'headers-too-large' },
  ]);
});
