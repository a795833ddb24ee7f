import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openEvents } from '../../../test-support/event-client.ts';
import { createTestDatabase, SECRET } from '../../../test-support/test-app.ts';

const LINGER_MS = 3000;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

async function startService(lingerMs: number): Promise<{ child: ChildProcess; url: string }> {
  const child = spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: {
      PATH: process.env.PATH,
      DATABASE_URL: database.appUrl,
      GUEST_TOKEN_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      SHUTDOWN_LINGER_MS: String(lingerMs),
    },
  });
  let text = '';
  const url = await new Promise<string>((found) => {
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [, address] = /Server listening at (http:[^"\s]+)/.exec(text) ?? [];
      if (address) found(address);
    });
  });
  return { child, url };
}

async function beginSession(url: string) {
  const response = await fetch(`${url}/api/v1/sessions`, { method: 'POST' });
  const session: { customer_id: string; token: string } = JSON.parse(await response.text());
  return { customerId: session.customer_id, token: session.token };
}

it('ends its streams at once on SIGTERM, and accepts no more', async () => {
  const { child, url } = await startService(LINGER_MS);
  const exit = once(child, 'exit');
  const session = await beginSession(url);
  using stream = await openEvents(url, session);
  await stream.idsUntil(0);
  const began = performance.now();
  child.kill('SIGTERM');
  expect(await stream.ended).toBe(true);
  expect(performance.now() - began).toBeLessThan(LINGER_MS / 2);
  using refused = await openEvents(url, session);
  await refused.ended;
  expect([refused.answer.statusCode, JSON.parse(refused.text()).code]).toEqual([
    ...[503, 'shutting-down'],
  ]);
  expect(await exit).toEqual([0, null]);
});

it('exits in spite of open streams and clients that read nothing', async () => {
  const { child, url } = await startService(0);
  const exit = once(child, 'exit');
  const { customerId, token } = await beginSession(url);
  const sockets = await Promise.all(
    [1, 2, 3].map(async () => {
      const socket = connect(Number(new URL(url).port), '127.0.0.1');
      socket.on('error', () => {});
      socket.write(
        `GET /api/v1/cart/${customerId}/events HTTP/1.1\r\nhost: x\r\nauthorization: Bearer ${token}\r\n\r\n`,
      );
      await once(socket, 'readable');
      return socket;
    }),
  );
  const began = performance.now();
  child.kill('SIGTERM');
  expect(await exit).toEqual([0, null]);
  expect(performance.now() - began).toBeLessThan(4000);
  for (const socket of sockets) socket.destroy();
});
