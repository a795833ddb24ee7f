import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { freePort } from '../free-port.ts';
import { answersOk, waitUntil } from '../wait-until.ts';

it('polls until the condition holds, and returns how long that took', async () => {
  let polls = 0;
  const tookMs = await waitUntil('three polls are done', () => ++polls === 3, { intervalMs: 5 });
  expect(polls).toBe(3);
  expect(tookMs).toBeGreaterThan(5);
});

it('names what it waited for when the time is over', async () => {
  const waiting = waitUntil('pigs fly', () => false, { timeoutMs: 10, intervalMs: 5 });
  await expect(waiting).rejects.toThrow('Timed out waiting until pigs fly');
});

it('stops at once when its signal is aborted', async () => {
  const controller = new AbortController();
  const waiting = waitUntil('never', () => false, { signal: controller.signal });
  controller.abort(new Error('enough'));
  await expect(waiting).rejects.toMatchObject({ name: 'AbortError' });
});

it('tells a server that answers from one that is down', async () => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  expect(await answersOk(url)).toBe(false);
  const server = createServer((_, response) => response.end('ok')).listen(port, '127.0.0.1');
  await waitUntil('the server answers', () => answersOk(url));
  server.close();
});
