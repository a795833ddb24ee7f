import pg from 'pg';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import { startReceiver } from '../../test-support/event-receiver.ts';
import { killProcess, startServiceProcess } from '../../test-support/service-process.ts';
import { createTestDatabase } from '../../test-support/test-app.ts';
import { runSql } from '../../test-support/test-server.ts';
import { addTestEvents, isDrained, workerEnvironment } from '../../test-support/test-worker.ts';
import { waitUntil } from '../../test-support/wait-until.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let superuser: pg.Client;
beforeEach(async () => {
  database = await createTestDatabase();
  superuser = new pg.Client({ connectionString: database.url });
  superuser.on('error', () => {});
  await superuser.connect();
});
afterEach(async () => {
  await superuser.end();
  await database.drop();
});

const shop = {
  sql: async <Row extends pg.QueryResultRow>(text: string, values: unknown[] = []) =>
    (await superuser.query<Row>(text, values)).rows,
};

const settings = (receiver: { readonly url: string }, more: Record<string, string> = {}) =>
  workerEnvironment(database.appUrl, {
    WEBHOOK_URL: receiver.url,
    WORKER_PORT: '0',
    HOST: '127.0.0.1',
    LOG_LEVEL: 'info',
    ...more,
  });

describe('a worker that is killed', { timeout: 150_000 }, () => {
  it('between claim and delivery leaves its events to the next, in order', async () => {
    let isHanging = true;
    await using receiver = await startReceiver(async () => {
      // The first worker waits for a response until it is killed.
      await waitUntil(() => !isHanging, 'the end of the test');
      return 'accept' as const;
    });
    await addTestEvents(shop, { orders: 2, events: 2 });
    await using first = startServiceProcess(
      'src/worker.ts',
      settings(receiver, { WEBHOOK_TIMEOUT_MS: '60000' }),
    );
    const claimed = `select from outbox_deliveries where claim is not null`;
    await waitUntil(async () => (await shop.sql(claimed)).length === 2, 'the claims');
    await killProcess(first);
    // The lease of the claims is over a minute: so that the test need not wait for it.
    await shop.sql('update outbox_deliveries set next_attempt_at = now()');
    isHanging = false;
    await using _second = startServiceProcess('src/worker.ts', settings(receiver));
    await waitUntil(() => isDrained(shop), 'all deliveries');
    for (const order of ['order/0', 'order/1']) {
      const arrived = receiver.received.filter(({ event }) => event.aggregate === order);
      // The first worker may have sent its request.
      const sequences = arrived.map(({ event }) => event.sequence);
      expect([
        [1, 2],
        [1, 1, 2],
      ]).toContainEqual(sequences);
      expect(new Set(arrived.map(({ event }) => event.id)).size).toBe(2);
    }
  });

  it('between delivery and mark has its event delivered again, under the same id', async () => {
    const locker = new pg.Client({ connectionString: database.url });
    await locker.connect();
    let isLocked = false;
    await using receiver = await startReceiver(async () => {
      if (!isLocked) await locker.query('begin; select from outbox_deliveries for update');
      isLocked = true;
      return 'accept' as const;
    });
    await addTestEvents(shop, { orders: 1, events: 2 });
    await using first = startServiceProcess('src/worker.ts', settings(receiver));
    const waiting = `select from pg_stat_activity
      where datname = current_database() and wait_event_type = 'Lock' and query like '%last_error%'`;
    await waitUntil(async () => (await shop.sql(waiting)).length > 0, 'the mark');
    await killProcess(first);
    // Its statement ends by the lock timeout, which no longer has anybody to tell.
    await waitUntil(async () => (await shop.sql(waiting)).length === 0, 'the end of the statement');
    await locker.query('rollback');
    await locker.end();
    await using _second = startServiceProcess('src/worker.ts', settings(receiver));
    await waitUntil(() => isDrained(shop), 'all deliveries');
    expect(receiver.received.map(({ event }) => event.sequence)).toEqual([1, 1, 2]);
    expect(new Set(receiver.received.map(({ event }) => event.id)).size).toBe(2);
  });
});

describe('a worker process', { timeout: 150_000 }, () => {
  it('answers probes, drains after SIGTERM and exits 0', async () => {
    let isRequested = false;
    await using receiver = await startReceiver(() => {
      isRequested = true;
      return 'late';
    });
    await addTestEvents(shop, { orders: 1, events: 1 });
    await using worker = startServiceProcess(
      'src/worker.ts',
      settings(receiver, { WEBHOOK_TIMEOUT_MS: '5000' }),
    );
    await waitUntil(() => /listening at/i.test(worker.output()), 'the port');
    const [, address = ''] = /listening at (http:[^"]+)/i.exec(worker.output()) ?? [];
    for (const path of ['/livez', '/readyz', '/metrics'])
      expect((await fetch(`${address}${path}`)).status, path).toBe(200);
    await waitUntil(() => isRequested, 'the request');
    worker.child.kill('SIGTERM');
    expect(await worker.ended).toBe(0);
    expect(await isDrained(shop)).toBe(true);
    expect(worker.output()).toContain('"service":"carthub-worker"');
  });

  it('goes on after its database has been gone for five seconds', async () => {
    await using receiver = await startReceiver();
    await using worker = startServiceProcess('src/worker.ts', settings(receiver));
    await waitUntil(() => /listening at/i.test(worker.output()), 'the port');
    const name = new URL(database.url).pathname.slice(1);
    const allow = (isAllowed: boolean) =>
      runSql(inject('serverUrl'), `alter database ${name} allow_connections ${isAllowed}`);
    await allow(false);
    await superuser.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    await addTestEvents(shop, { orders: 2, events: 2 });
    await new Promise((resolve) => setTimeout(resolve, 5000));
    expect(receiver.received).toHaveLength(0);
    expect(worker.child.exitCode).toBe(null);
    await allow(true);
    await waitUntil(() => isDrained(shop), 'all deliveries');
    expect(receiver.received).toHaveLength(4);
  });

  it('reports wrong settings and a port that is taken, and exits 1', async () => {
    await using wrong = startServiceProcess('src/worker.ts', {
      DATABASE_URL: database.appUrl,
      CARTHUB_AUTH: 'off',
      WEBHOOK_URL: 'x',
    });
    expect(await wrong.ended).toBe(1);
    expect(wrong.output()).toContain(
      'WEBHOOK_URL is "x": give an address that begins with https://',
    );
    await using receiver = await startReceiver();
    const { port } = new URL(receiver.url);
    await using taken = startServiceProcess(
      'src/worker.ts',
      settings(receiver, { WORKER_PORT: port }),
    );
    expect(await taken.ended).toBe(1);
    expect(taken.output()).toContain(`Port ${port} is in use`);
  });
});
