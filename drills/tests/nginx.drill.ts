// The storefront's image, its nginx and its configuration, before a backend that is imitated: what a
// browser gets, what the backend gets, and what an attacker gets.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Container, HOST, startContainer } from '../support/containers.ts';
import { BUILD_WITHIN_MS, buildImage } from '../support/images.ts';
import { type ImitatedBackend, startImitatedBackend } from '../support/imitated-backend.ts';
import { readPodTemplate } from '../support/pod-template.ts';
import { type RawAnswer, rawRequest } from '../support/raw-request.ts';
import { answersOk, until } from '../support/until.ts';

let backend: ImitatedBackend;
let nginx: Container;
let url: string;
beforeAll(async () => {
  backend = await startImitatedBackend();
  nginx = await startContainer({
    image: buildImage('frontend'),
    flags: readPodTemplate('frontend/k8s/deployment.yaml').flags,
    env: { BACKEND_URL: `http://${HOST}:${backend.port}` },
  });
  url = `http://${nginx.address}:8080`;
  await until('nginx answers', () => answersOk(`${url}/healthz`));
}, BUILD_WITHIN_MS);
afterAll(async () => {
  await nginx?.[Symbol.asyncDispose]();
  await backend?.[Symbol.asyncDispose]();
});

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
    await send('GET /api/v1/"\\x01%22quote HTTP/1.1\r\nHost: a\r\nX-Request-Id: "},{"\r\n\r\n');
    const lines = (await nginx.logs()).split('\n').filter((line) => line.startsWith('{"level'));
    for (const line of lines) expect(() => JSON.parse(line), line).not.toThrow();
  });
});

describe('an attacker', () => {
  it.each([
    '/../../etc/passwd',
    '/assets/../../../etc/passwd',
    '/%2e%2e/%2e%2e/etc/passwd',
    '/assets/..%2f..%2f..%2fetc/passwd',
    '/assets//../../nginx/nginx.conf.template',
    '/.git/config',
    '/.env',
    '/assets/.hidden.js',
  ])('reads nothing with %s', async (path) => {
    const answer = await send(`GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404|200)/);
    expect(answer).not.toMatch(/root:|worker_processes|\[core\]/);
    if (answer.startsWith('HTTP/1.1 200')) expect(answer).toContain('<div id="root">');
  });

  it('is refused with headers that are too large', async () => {
    const answer = await send(
      `GET /api/v1/echo HTTP/1.1\r\nHost: a\r\nX-Large: ${'x'.repeat(10_000)}\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 400/);
    expect(answer).toContain('"code":"malformed-request"');
  });

  it('is refused with a body that is too large, before the backend sees any of it', async () => {
    const body = 'x'.repeat(64 * 1024 + 1);
    const { status, headers } = await rawRequest(`${url}/api/v1/large-body`, {
      method: 'POST',
      body,
    });
    expect(status).toBe(413);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(backend.asked.has('POST /api/v1/large-body')).toBe(false);
  });

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['a length and chunks', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG'],
  ])('smuggles nothing with %s', async (_, rest) => {
    const answer = await send(`POST /api/v1/smuggled HTTP/1.1\r\nHost: a\r\n${rest}`);
    expect(answer).toMatch(/^HTTP\/1\.1 (400|5\d\d)/);
    expect(backend.asked.has('POST /api/v1/smuggled')).toBe(false);
  });

  it('does not hold a connection by sending headers slowly', async () => {
    const seconds = await holdOpen('GET / HTTP/1.1\r\nHost: a\r\n', 'X-Slow: 1\r\n');
    console.log(`slow headers are cut off after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(15);
  });

  it('does not reach the counters of nginx', async () => {
    await expect(rawRequest(`http://${nginx.address}:8081/stub_status`)).rejects.toThrow();
    expect(await nginx.exec('curl', '-s', 'http://127.0.0.1:8081/stub_status')).toMatch(/^Active/);
    expect((await get('/stub_status')).body.toString()).toContain('<div id="root">');
  });
});

/** Bytes as they are, and what comes back until the end or for a second. */
async function send(bytes: string): Promise<string> {
  const socket = connect(8080, nginx.address);
  let answer = '';
  socket.on('data', (chunk) => {
    answer += chunk.toString();
  });
  socket.on('error', () => {});
  socket.write(bytes);
  await Promise.race([new Promise((closed) => socket.once('close', closed)), sleep(1_000)]);
  socket.destroy();
  return answer;
}

/** How long a connection stays on which something comes each second, but never all. */
async function holdOpen(first: string, more: string): Promise<number> {
  const socket = connect(8080, nginx.address);
  const began = performance.now();
  socket.on('error', () => {});
  socket.resume();
  socket.write(first);
  const drip = setInterval(() => socket.write(more), 1_000);
  await Promise.race([new Promise((closed) => socket.once('close', closed)), sleep(60_000)]);
  clearInterval(drip);
  socket.destroy();
  return (performance.now() - began) / 1000;
}
