import { once } from 'node:events';
import { createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ServiceProcess, startServiceProcess } from '../../test-support/service-process.ts';
import { createTestDatabase, SECRET, testBucketOf } from '../../test-support/test-app.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

const start = (env: Record<string, string>) => startServiceProcess('src/main.ts', env);

async function waitFor<T>(look: () => T | undefined | false, what: string): Promise<T> {
  const deadline = Date.now() + 15_000;
  while (Date.now() < deadline) {
    const found = look();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`waited in vain for ${what}`);
}

const environment = (more: Record<string, string> = {}) => ({
  DATABASE_URL: database.appUrl,
  GUEST_TOKEN_SECRET: SECRET,
  HOST: '127.0.0.1',
  PORT: '0',
  ...more,
});

const addressOf = (service: ServiceProcess) =>
  waitFor(() => /Server listening at (http:[^"\s]+)/.exec(service.output())?.[1], 'the port');

describe('the process', () => {
  it('logs JSON lines with the request id and no token', async () => {
    await using service = start(environment());
    const address = await addressOf(service);
    const headers = { 'x-request-id': 'traced-request', authorization: 'Bearer very-secret' };
    await fetch(`${address}/api/v1/orders`, { headers });
    await waitFor(() => service.output().includes('request completed'), 'the log');
    const lines = service
      .output()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.find((line) => line.request_id === 'traced-request')).toMatchObject({
      level: 'info',
      service: 'carthub-backend',
      timestamp: expect.stringMatching(/Z$/),
      message: expect.any(String),
    });
    expect(service.output()).not.toContain('very-secret');
  });

  it('finishes requests from before SIGTERM, then exits 0', async () => {
    await using service = start(environment({ PAYMENT_TIMEOUT_MS: '1000', LOG_LEVEL: 'debug' }));
    const address = await addressOf(service);
    const session = JSON.parse(
      await (await fetch(`${address}/api/v1/sessions`, { method: 'POST' })).text(),
    );
    await seedCart(session.customer_id);
    // The test payment provider hangs for a second, long enough to stop during the request.
    const answer = fetch(`${address}/api/v1/cart/checkout`, {
      method: 'POST',
      headers: { authorization: `Bearer ${session.token}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        customer_id: session.customer_id,
        email: 'a@example.com',
        shipping_address: { name: 'A', line1: 'B', city: 'C', postal_code: '12345', country: 'US' },
        payment_method: 'pm_test_timeout',
      }),
    });
    await waitFor(() => service.output().includes('/cart/checkout'), 'the request');
    service.child.kill('SIGTERM');
    expect((await answer).status).toBe(504);
    expect(await service.ended).toBe(0);
    await expect(fetch(`${address}/livez`)).rejects.toThrow();
  });

  it('reports every invalid variable and exits 1', async () => {
    await using service = start({ PORT: 'x' });
    expect(await service.ended).toBe(1);
    expect(service.output()).toMatch(/PORT[\s\S]*DATABASE_URL[\s\S]*GUEST_TOKEN_SECRET/);
    expect(service.output()).not.toContain('    at ');
  });

  it('exits 1 when its port is taken', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await once(taken, 'listening');
    const address = taken.address();
    const port = typeof address === 'object' && address ? address.port : 0;
    await using service = start(environment({ PORT: String(port) }));
    expect(await service.ended).toBe(1);
    expect(service.output()).toContain(`Port ${port} is in use`);
    taken.close();
  });
});

async function seedCart(customerId: string): Promise<void> {
  const { runSql } = await import('../../test-support/test-server.ts');
  const bucket = testBucketOf(customerId);
  await runSql(
    database.url,
    `insert into products (product_id, product_name, description, category, price, image_url)
       values ('mug', 'Mug', 'For tests', 'Tests', 10, '/x.svg');
     insert into inventory (product_id, on_hand) values ('mug', 9);
     insert into carts (bucket, customer_id, version) values (${bucket}, '${customerId}', 1);
     insert into cart_items (bucket, customer_id, product_id, product_name, price, quantity)
       values (${bucket}, '${customerId}', 'mug', 'Mug', 10, 1);`,
  );
}
