// The storefront's image, its nginx and its configuration: what a browser gets, and what the backend gets.

import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes } from '../../support/clients/raw-bytes.ts';
import { type RawAnswer, rawRequest } from '../../support/clients/raw-request.ts';
import { type Container, HOST } from '../../support/containers/containers.ts';
import type { ImitatedBackend } from '../../support/containers/fake-backend.ts';
import { BUILD_WITHIN_MS } from '../../support/containers/images.ts';
import { openSite, type Site } from '../../support/containers/nginx-site.ts';

let site: Site;
let backend: ImitatedBackend;
let nginx: Container;
let url: string;
beforeAll(async () => {
  site = await openSite();
  ({ backend, nginx, url } = site);
}, BUILD_WITHIN_MS);
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
    'answers %s with the page, which is never kept',
    async (path) => {
      const { status, headers, body } = await get(path);
      expect(status).toBe(200);
      expect(headers['content-type']).toBe('text/html; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(body.toString()).toContain('<div id="root">');
    },
  );

  it('lets browsers keep what has a hash in its name', async () => {
    const { status, headers } = await get(await scriptPath());
    expect(status).toBe(200);
    expect(headers['content-type']).toBe('text/javascript; charset=utf-8');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect((await get('/favicon.svg')).headers['cache-control']).toBe('public, max-age=300');
  });

  it.each(['/assets/none-1a2b.js', '/images/products/none.svg', '/assets/', '/main.js.map'])(
    'admits that %s is missing, and lets nobody keep that',
    async (path) => {
      const { status, headers } = await get(path);
      expect(status).toBe(404);
      expect(headers['cache-control']).toBe('no-store');
    },
  );

  it('answers a browser that has the same file already with 304', async () => {
    const path = await scriptPath();
    const { headers } = await get(path, { 'accept-encoding': 'br' });
    const again = await get(path, { 'accept-encoding': 'br', 'if-none-match': headers.etag ?? '' });
    expect(again.status).toBe(304);
    expect(again.headers['cache-control']).toContain('immutable');
  });

  it('lets nobody change a file', async () => {
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
  ])('answers "%s" with %s', async (accepted, expected) => {
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

  it('encodes the page as well, at an address of the browser’s router too', async () => {
    const { headers, body } = await get('/orders/1', { 'accept-encoding': 'br' });
    expect(headers['content-encoding']).toBe('br');
    expect(brotliDecompressSync(body).toString()).toContain('<div id="root">');
  });

  it.each(['/br/index.html', '/gzip/assets/main.js', '/identity/index.html'])(
    'does not show how the files are kept: %s',
    async (path) => {
      const { status, headers } = await get(path, { 'accept-encoding': 'br' });
      expect(status).toBe(404);
      expect(headers['content-encoding']).toBeUndefined();
    },
  );

  it('shrinks large answers of the API', async () => {
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

  it('allow nothing inline and nothing from elsewhere', async () => {
    const policy = (await get('/')).headers['content-security-policy'] ?? '';
    expect(policy).not.toMatch(/unsafe|https?:|\*/);
    for (const directive of ["base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'"]) {
      expect(policy).toContain(directive);
    }
  });

  it('keep browsers on TLS if the load balancer has ended it', async () => {
    const { headers } = await get('/', { 'x-forwarded-proto': 'https' });
    expect(headers['strict-transport-security']).toContain('max-age=31536000');
  });

  it('say when to try again, the backend’s own word first', async () => {
    expect((await get('/api/v1/busy')).headers['retry-after']).toBe('7');
    expect((await get('/api/v1/echo')).headers['cache-control']).toBe('private, no-cache');
  });
});

describe('the backend', () => {
  it.each(['/api/v1/a%2Fb?q=%20x', '/health', '/docs', '/docs/static/index.css', '/openapi.json'])(
    'is asked for %s as it came in',
    async (path) => {
      expect(JSON.parse((await get(path)).body.toString()).url).toBe(path);
    },
  );

  it('is not asked for its metrics', async () => {
    expect((await get('/metrics')).body.toString()).toContain('<div id="root">');
    expect(backend.asked.has('GET /metrics')).toBe(false);
  });

  it('learns who asks, and which request it is', async () => {
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

  it('gets an id of ours if the given one is none', async () => {
    const { headers, body } = await get('/api/v1/echo', { 'x-request-id': 'a b"c' });
    expect(headers['x-request-id']).toMatch(/^[0-9a-f]{32}$/);
    expect(JSON.parse(body.toString()).headers['x-request-id']).toBe(headers['x-request-id']);
  });

  it('has its connections used again', async () => {
    const before = backend.connections();
    for (let n = 0; n < 50; n += 1) await get('/api/v1/echo');
    expect(backend.connections() - before).toBeLessThanOrEqual(4);
  });

  it('sends events that arrive at once, and may be silent for longer than other answers', async () => {
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

  it('is asked once more only for what may be asked twice', async () => {
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
    expect(backend.asked.get('GET /api/v1/cut')).toBe(2);
    expect(backend.asked.get('POST /api/v1/cut')).toBe(1);
  });

  it('is given up when it does not answer', async () => {
    const { status, headers, body } = await get('/api/v1/silent');
    expect(status).toBe(504);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(JSON.parse(body.toString())).toMatchObject({ code: 'backend-timeout', status: 504 });
    expect(backend.asked.get('GET /api/v1/silent')).toBe(1);
  });
});

describe('the log', () => {
  it('is JSON, with the id and the times, and without the query', async () => {
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

  it('bears whatever is asked for', async () => {
    await sendBytes(
      nginx.address,
      'GET /api/v1/"\\x01%22quote HTTP/1.1\r\nHost: a\r\nX-Request-Id: "},{"\r\n\r\n',
    );
    const lines = (await nginx.logs()).split('\n').filter((line) => line.startsWith('{"level'));
    for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow();
  });
});
