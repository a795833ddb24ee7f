import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, get } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createTestDatabase, SECRET } from '../../test-support/test-app.ts';

const LINGER_MS = 600;

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

function startService(): ChildProcess {
  const { PATH } = process.env;
  return spawn(process.execPath, ['--import', 'tsx', 'src/main.ts'], {
    env: {
      PATH,
      DATABASE_URL: database.appUrl,
      GUEST_TOKEN_SECRET: SECRET,
      HOST: '127.0.0.1',
      PORT: '0',
      SHUTDOWN_LINGER_MS: String(LINGER_MS),
    },
  });
}

function addressOf({ stdout }: ChildProcess): Promise<string> {
  let text = '';
  return new Promise((found) => {
    stdout?.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const [, address] = /Server listening at (http:[^"\s]+)/.exec(text) ?? [];
      if (address) found(address);
    });
  });
}

const ask = (agent: Agent, url: string) =>
  new Promise<{ status?: number | undefined; connection?: string | undefined }>((done, fail) => {
    get(url, { agent }, (answer) => {
      const { statusCode: status, headers } = answer;
      answer.resume().once('end', () => done({ status, connection: headers.connection }));
    }).once('error', fail);
  });

it('answers on a kept-alive connection after SIGTERM, with Connection: close', async () => {
  const service = startService();
  const ended = once(service, 'exit');
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const address = await addressOf(service);
  expect(await ask(agent, `${address}/livez`)).toEqual({ status: 200, connection: 'keep-alive' });
  const began = performance.now();
  service.kill('SIGTERM');
  await expect.poll(() => ask(agent, `${address}/readyz`)).toMatchObject({ status: 503 });
  expect(await ask(agent, `${address}/livez`)).toEqual({ status: 200, connection: 'close' });
  expect(await ended).toEqual([0, null]);
  expect(performance.now() - began).toBeGreaterThanOrEqual(LINGER_MS);
});
