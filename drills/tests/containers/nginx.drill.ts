// The storefront's image and nginx configuration: responses to browsers, and requests to the backend.

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes } from '../../support/clients/raw-bytes.ts';
import { type RawAnswer, rawRequest } from '../../support/clients/raw-request.ts';
import { type Container, HOST } from '../../support/containers/containers.ts';
import type { FakeBackend } from '../../support/containers/fake-backend.ts';
import { BUILD_TIMEOUT_MS } from '../../support/containers/images.ts';
import { openSite, type Site } from '../../support/containers/nginx-site.ts';

let site: Site;
let backend: FakeBackend;
let nginx: Container;
let url: string;
beforeAll(async () => {
  site = await openSite();
  ({ backend, nginx, url } = site);
}, BUILD_TIMEOUT_MS);
afterAll(() => site?.[Symbol.asyncDispose]());

const get = (path: string, headers: Record<string, string> = {}): Promise<RawAnswer> =>
  rawRequest(`${url}${path}`, { headers });

async function scriptPath(): Promise<string> {
  const page = await get('/');
  const [path] = /\/assets\/main-[\w-]+\.js/.exec(page.body.toString()) ?? [];
  if (path === undefined) throw new Error('The page names no script.');
  return path;
}

describe('files', () => {
  it.each(['/', '/cart', '/orders/1', '/products/size-2.5', '/?q=../etc'])(
    'responds to %s with the page, without caching',
    async (path) => {
      const { status, headers, body } = await get(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(body.toString()).toContain('<div id="root">');
    },
  );

  it('lets browsers cache files with a hash in the name', async () => {
    const { status, headers } = await get(await scriptPath());
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('public, max-age=300');
  });

  it.each(['/assets/none-1a2b.js', '/images/products/none.svg', '/assets/', '/main.js.map'])(
    'responds to the missing %s with 404, without caching',
    async (path) => {
      const { status, headers } = await get(path);
      expect(status).toBe(404);
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('responds with 304 to a browser that has the file', async () => {
    const path = await scriptPath();
    const { headers } = await get(path, { 'accept-encoding': 'br' });
    const again = await get(path, { 'accept-encoding': 'br', 'if-none-match': headers.etag ?? '' });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toContain('immutable');
  });

  it('refuses methods that would change a file', async () => {
    for (const method of ['POST', 'PUT', 'DELETE']) {
      const { status } = await rawRequest(`${url}/cart`, { method });
      expect(status, method).toBe(405);
    }
  });
});

describe('encodings', () => {
  it.each([
    ['br, gzip, deflate', 'br'],
    ['gzip, deflate, br;q=1.0', 'br'],
    ['gzip', 'gzip'],
    ['br;q=0, gzip', 'gzip'],
    ['gzip;q=0', undefined],
    ['', undefined],
    ['brother', undefined],
  ])('responds to Accept-Encoding "%s" with %s', async (accepted, expected) => {
    const path = await scriptPath();
    const plain = await get(path);
    const { headers, body } = await get(path, { 'accept-encoding': accepted });
    expect(headers['content-encoding']).toBe(expected);
    expect(headers.vary).toBe('Accept-Encoding');
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    const decoded = { br: brotliDecompressSync, gzip: gunzipSync }[expected ?? ''];
    expect((decoded?.(body) ?? body).equals(plain.body)).toBe(true);
    if (expected) expect(body.length).toBeLessThan(plain.body.length / 2);
  });

  it('compresses the page, also at paths of the client-side router', async () => {
    const { headers, body } = await get('/orders/1', { 'accept-encoding': 'br' });
    expect(headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(body).toString()).toContain('<div id="root">');
  });

  it.each(['/br/index.html', '/gzip/assets/main.js', '/identity/index.html'])(
    'does not expose the layout of compressed files: %s',
    async (path) => {
      const { status, headers } = await get(path, { 'accept-encoding': 'br' });
      expect(status).toBe(404);
      expect(headers['content-encoding']).toBeUndefined();
    },
  );

  it('compresses large responses of the API', async () => {
    const { headers, body } = await get('/api/v1/large', { 'accept-encoding': 'gzip' });
    expect(headers['content-encoding']).toBe('gzip');
    expect(JSON.parse(gunzipSync(body).toString()).filler.length).toBe(17_000);
  });
});

describe('headers', () => {
  const expected = {
    'content-security-policy': expect.stringMatching(/^default-src 'none'; script-src 'self';/),
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'strict-origin-when-cross-origin',
    'cross-origin-opener-policy': 'same-origin',
    'x-request-id': expect.stringMatching(/^[\w.-]{8,128}$/),
  };

  it.each(['/', '/assets/none.js', '/healthz', '/api/v1/echo', '/api/v1/busy'])(
    'are the same and come once, for %s',
    async (path) => {
      const { headers, rawHeaders } = await get(path);
      expect(headers).toMatchObject(expected);
      const names = rawHeaders.filter((_, index) => index % 2 === 0).map((n) => n.toLowerCase());
      expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
      expect(headers.server).toBe('nginx');
      expect(headers['strict-transport-security']).toBeUndefined();
    },
  );

  it('allow no inline content and no other origin', async () => {
    const policy = (await get('/')).headers['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    for (const directive of ["base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
      expect(policy).toContain(directive);
    }
  });

  it('send HSTS if the load balancer terminated TLS', async () => {
    const { headers } = await get('/', { 'x-forwarded-proto': 'https' });
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
  });

  it('keep the backend’s own Retry-After and Cache-Control', async () => {
    expect((await get('/api/v1/busy')).headers['retry-after']).toBe('7');
    expect((await get('/api/v1/echo')).headers['cache-control']).toBe('private, no-cache');
  });
});

describe('the backend', () => {
  it.each([
    '/api/v1/a%2Fb?q=%20x',
    '/health',
    '/docs',
    '/docs/static/index.css',
    '/openapi.json',
    '/asyncapi.json',
  ])('gets %s unchanged', async (path) => {
    expect(JSON.parse((await get(path)).body.toString()).url).toBe(path);
  });

  it('gets no requests for its metrics', async () => {
    expect((await get('/metrics')).body.toString()).toContain('<div id="root">');
    expect(backend.requests.has('GET /metrics')).toBe(false);
  });

  it('gets the client address and the request id', async () => {
    const sent = { 'x-request-id': 'traced-0123', 'x-forwarded-for': '203.0.113.7' };
    const answer = await get('/api/v1/echo', { ...sent, 'x-forwarded-proto': 'https' });
    expect(JSON.parse(answer.body.toString()).headers).toMatchObject({
      'x-request-id': 'traced-0123',
      'x-forwarded-for': '203.0.113.7, 10.88.0.1',
      'x-forwarded-proto': 'https',
      host: `${nginx.address}:8080`,
    });
    expect(answer.headers['x-request-id']).toBe('traced-0123');
  });

  it('gets a generated request id in place of an invalid one', async () => {
    const { headers, body } = await get('/api/v1/echo', { 'x-request-id': 'a b"c' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(body.toString()).headers['x-request-id']).toBe(headers['x-request-id']);
  });

  it('gets requests over reused connections', async () => {
    const before = backend.connections();
    for (let n = 0; n < 50; n += 1) await get('/api/v1/echo');
    expect(backend.connections() - before).toBeLessThanOrEqual(4);
  });

  it('gets retries only of requests that are safe to repeat', async () => {
    for (const method of ['GET', 'POST']) {
      const { status, headers, body } = await rawRequest(`${url}/api/v1/cut`, { method, body: '' });
      expect(status, method).toBe(503);
      expect(headers['retry-after']).toBe('1');
      expect(headers['content-type']).toBe('application/problem+json');
      expect(JSON.parse(body.toString())).toMatchObject({
        code: 'backend-unavailable',
        status: 503,
        request_id: headers['x-request-id'],
      });
    }
    expect(backend.requests.get('GET /api/v1/cut')).toBe(2);
    expect(backend.requests.get('POST /api/v1/cut')).toBe(1);
  });

  // Concurrent with the next one: each waits for about 20 s.
  it.concurrent('sends events without buffering, and may pause longer than other responses', async () => {
    const began = performance.now();
    const response = await fetch(`${url}/api/v1/cart/customer-1/events`);
    const reader = response.body?.getReader();
    const arrivals: number[] = [];
    let text = '';
    for (;;) {
      const part = await reader?.read();
      if (part === undefined || part.done) break;
      arrivals.push(performance.now() - began);
      text += new TextDecoder().decode(part.value);
    }
    expect(text).toBe('data: first\n\ndata: second\n\n');
    console.log(`events after ${arrivals.map((ms) => ms.toFixed(0)).join(' and ')} ms`);
    expect(arrivals[0]).toBeLessThan(500);
    expect(response.headers.get('content-type')).toBe('text/event-stream');
  });

  it.concurrent('times out with 504 when it does not respond', async () => {
    const { status, headers, body } = await get('/api/v1/silent');
    expect(status).toBe(504);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'backend-timeout', status: 504 });
    expect(backend.requests.get('GET /api/v1/silent')).toBe(1);
  });
});

describe('the log', () => {
  it('is JSON with request id and times, without the query', async () => {
    await get('/api/v1/echo?q=private', { 'x-request-id': 'logged-0123', cookie: 'a=secret' });
    await expect.poll(() => nginx.logs()).toContain('logged-0123');
    const lines = (await nginx.logs()).split('\n').filter((line) => line.startsWith('{'));
    const entry = lines.map((line) => JSON.parse(line)).find((e) => e.request_id === 'logged-0123');
    expect(entry).toMatchObject({
      service: 'carthub-frontend',
      method: 'GET',
      path: '/api/v1/echo',
      status: 200,
      upstream: `${HOST}:${backend.port}`,
      upstream_status: '200',
      duration_s: expect.any(Number),
    });
    expect(lines.join('')).not.toMatch(/private|secret|healthz/);
  });

  it('stays valid JSON for hostile requests', async () => {
    await sendBytes(
      nginx.address,
      'GET /api/v1/"\\x01%22quote HTTP/1.1\r\nHost: a\r\nX-Request-Id: "},{"\r\n\r\n',
    );
    const lines = (await nginx.logs()).split('\n').filter((line) => line.startsWith('{"level'));
    for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow();
  });
});
