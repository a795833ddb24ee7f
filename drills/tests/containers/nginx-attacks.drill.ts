// Attacks on the storefront's nginx.

import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sendBytes } from '../../support/clients/raw-bytes.ts';
import { rawRequest } from '../../support/clients/raw-request.ts';
import type { Container } from '../../support/containers/containers.ts';
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
    const answer = await sendBytes(
      nginx.address,
      `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|404|200)/);
    expect(answer).not.toMatch(/root:|worker_processes|\[core\]/);
    if (answer.startsWith('HTTP/1.1 200')) expect(answer).toContain('<div id="root">');
  });

  it('is refused with headers that are too large, in the way of what it asked for', async () => {
    const send = (path: string, bytes: number) =>
      sendBytes(
        nginx.address,
        `GET ${path} HTTP/1.1\r\nHost: a\r\nConnection: close\r\nCookie: ${'x'.repeat(bytes)}\r\n\r\n`,
      );
    expect(await send('/api/v1/echo', 32_000)).toMatch(/^HTTP\/1\.1 200/);
    const problem = await send('/api/v1/echo', 100_000);
    expect(problem).toMatch(/^HTTP\/1\.1 431/);
    expect(problem).toContain('"code":"headers-too-large"');
    const page = await send('/cart', 100_000);
    expect(page).toMatch(/^HTTP\/1\.1 431[\s\S]*content-type: text\/html/i);
    expect(page).toContain('Delete the cookies of this site');
  });

  it('is refused with a body that is too large, before the backend sees any of it', async () => {
    const body = 'x'.repeat(64 * 1024 + 1);
    const { status, headers } = await rawRequest(`${url}/api/v1/large-body`, {
      method: 'POST',
      body,
    });
    expect(status).toBe(413);
    expect(headers['content-type']).toBe('application/problem+json');
    expect(backend.requests.has('POST /api/v1/large-body')).toBe(false);
  });

  it.each([
    ['two lengths', 'Content-Length: 1\r\nContent-Length: 2\r\n\r\nx'],
    ['a length and chunks', 'Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG'],
  ])('smuggles nothing with %s', async (_, rest) => {
    const answer = await sendBytes(
      nginx.address,
      `POST /api/v1/smuggled HTTP/1.1\r\nHost: a\r\n${rest}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 (400|5\d\d)/);
    expect(backend.requests.has('POST /api/v1/smuggled')).toBe(false);
  });

  it('does not hold a connection by sending headers slowly', async () => {
    const seconds = await holdOpen('GET / HTTP/1.1\r\nHost: a\r\n', 'X-Slow: 1\r\n');
    console.log(`slow headers are cut off after ${seconds.toFixed(1)} s`);
    expect(seconds).toBeLessThan(15);
  });

  it('does not reach the counters of nginx', async () => {
    await expect(rawRequest(`http://${nginx.address}:8081/stub_status`)).rejects.toThrow();
    expect(await nginx.exec('curl', '-s', 'http://127.0.0.1:8081/stub_status')).toMatch(/^Active/);
    expect((await rawRequest(`${url}/stub_status`)).body.toString()).toContain('<div id="root">');
  });
});

/** @returns the seconds until nginx closes a connection whose request arrives in small pieces, never completely */
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
