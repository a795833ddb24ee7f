import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildApp } from '../../src/app.ts';
import { createPool } from '../../src/db/pool.ts';
import { VERSION } from '../../src/version.ts';
import { createTestApp, storeOf, type TestApp } from '../../test-support/test-app.ts';

let shop: TestApp;
beforeAll(async () => {
  shop = await createTestApp({ ENVIRONMENT: 'test', CORS_ORIGINS: 'https://shop.example' });
});
afterAll(() => shop[Symbol.asyncDispose]());
const get = (url: string, headers = {}) => shop.call({ method: 'GET', url, headers });

describe('a healthy service', () => {
  it('reports that it is healthy', async () => {
    const { status, body } = await get('/health');
    expect(status).toBe(200);
    expect(body).toEqual({
      status: 'healthy',
      timestamp: expect.stringMatching(/^\d{4}-.*Z$/),
      version: VERSION,
      database: 'connected',
      environment: 'test',
    });
    expect((await get('/livez')).body).toEqual({ status: 'alive' });
    expect((await get('/readyz')).body).toEqual({ status: 'ready' });
  });

  it('reports the same version everywhere', async () => {
    const manifest = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    );
    expect(manifest.version).toBe(VERSION);
    expect((await get('/openapi.json')).body.info.version).toBe(VERSION);
  });

  it('serves its documentation', async () => {
    const page = await get('/docs');
    expect(page.status).toBe(200);
    expect(page.text).toContain('swagger-ui');
    expect(page.headers['content-security-policy']).toContain("default-src 'self'");
    expect(page.headers['x-request-id']).toBeDefined();
    const style = await get('/docs/static/swagger-ui.css');
    expect(style.status).toBe(200);
    expect(style.headers['content-type']).toContain('text/css');
    const kept = { 'if-none-match': String(style.headers.etag) };
    const same = await shop.call({
      method: 'GET',
      url: '/docs/static/swagger-ui.css',
      headers: kept,
    });
    expect(same.status).toBe(304);
    expect((await get('/docs/json')).body).toEqual((await get('/openapi.json')).body);
    expect((await get('/docs/yaml')).text).toMatch(/^openapi: 3.1.0$/m);
    expect((await get('/docs/static/index.html')).headers.location).toBe('/docs/');
    expect((await get('/docs/nothing')).body.code).toBe('not-found');
    const head = await shop.call({ method: 'HEAD', url: '/docs/static/swagger-ui.css' });
    expect(head.headers['content-length']).toBe(style.headers['content-length']);
    expect(head.text).toBe('');
  });

  it('documents every operation with a unique id', async () => {
    const { paths } = (await get('/openapi.json')).body;
    const ids = Object.values<Record<string, { operationId?: string }>>(paths)
      .flatMap((operations) => Object.values(operations))
      .map(({ operationId }) => operationId);
    expect(ids).not.toContain(undefined);
    expect(new Set(ids).size).toBe(ids.length);
    expect(Object.keys(paths)).toContain('/api/v1/cart/{customer_id}/items/{product_id}');
  });

  it('counts requests by route, not by path', async () => {
    await get('/api/v1/products/one');
    await get('/api/v1/products/two');
    const { text } = await get('/metrics');
    expect(text).toMatch(
      /http_request_duration_seconds_count\{method="GET",route="\/api\/v1\/products\/:product_id",status="404"\} 2/,
    );
    for (const name of ['db_pool_connections', 'process_cpu_seconds_total'])
      expect(text).toContain(name);
  });

  it('allows only the configured origins', async () => {
    const allowed = await get('/livez', { origin: 'https://shop.example' });
    expect(allowed.headers['access-control-allow-origin']).toBe('https://shop.example');
    const other = await get('/livez', { origin: 'https://evil.example' });
    expect(other.headers['access-control-allow-origin']).toBeUndefined();
  });
});

describe('a service that cannot work', () => {
  it('without a database is alive, not ready, and answers 503 quickly', async () => {
    const unreachable = 'postgres://nobody@127.0.0.1:9/none';
    const context = {
      ...shop.context,
      pool: createPool(storeOf(unreachable), shop.context.config.database),
    };
    const app = await buildApp(context);
    const ask = (url: string) => app.inject({ method: 'GET', url });
    expect((await ask('/livez')).statusCode).toBe(200);
    for (const url of ['/readyz', '/health', '/api/v1/products']) {
      const { statusCode, headers, payload } = await ask(url);
      expect([statusCode, headers['retry-after']]).toEqual([503, '1']);
      expect(JSON.parse(payload).code).toBe('database-unavailable');
      expect(payload).not.toMatch(/ECONN|127\.0\.0\.1/);
    }
    await app.close();
    await context.pool.end();
  });

  it('is not ready with too old a schema', async () => {
    await using old = await createTestApp();
    await old.sql('delete from schema_version');
    const { status, body } = await old.call({ method: 'GET', url: '/readyz' });
    expect([status, body.code]).toEqual([503, 'schema-too-old']);
  });

  it('is not ready with a schema that breaks it, and ready with a newer compatible one', async () => {
    await using changed = await createTestApp();
    const apply = (version: number, breaking: boolean) =>
      changed.sql(
        `insert into schema_version (version, name, checksum, duration_ms, breaking)
         values ($1, 'later', 'x', 0, $2)`,
        [version, breaking],
      );
    await apply(9_998, false);
    expect((await changed.call({ method: 'GET', url: '/readyz' })).status).toBe(200);
    await apply(9_997, true);
    const { status, headers, body } = await changed.call({ method: 'GET', url: '/readyz' });
    expect([status, body.code]).toEqual([503, 'schema-too-new']);
    expect(headers['retry-after']).toBe('1');
    expect((await changed.call({ method: 'GET', url: '/livez' })).status).toBe(200);
  });

  it('is ready on a database from before migrations could be marked as breaking', async () => {
    await using early = await createTestApp();
    await early.sql('alter table schema_version drop column breaking');
    expect((await early.call({ method: 'GET', url: '/readyz' })).body).toEqual({ status: 'ready' });
  });

  it('is not ready while draining, and still answers requests', async () => {
    const app = await buildApp({ ...shop.context, stopping: AbortSignal.abort() });
    const ready = await app.inject({ method: 'GET', url: '/readyz' });
    expect([ready.statusCode, ready.json().code]).toEqual([503, 'shutting-down']);
    expect((await app.inject({ method: 'GET', url: '/api/v1/products' })).statusCode).toBe(200);
    await app.close();
  });

  it('answers 503 after the maximum wait if the database accepts connections and hangs', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as AddressInfo;
    const url = `postgres://nobody@127.0.0.1:${port}/none`;
    const database = { ...shop.context.config.database, waitMs: 50 };
    const context = { ...shop.context, pool: createPool(storeOf(url), database) };
    const app = await buildApp(context);
    const { statusCode, payload } = await app.inject({ method: 'GET', url: '/api/v1/products' });
    expect([statusCode, JSON.parse(payload).code]).toEqual([503, 'database-unavailable']);
    await app.close();
    await context.pool.end();
    silent.close();
  });

  it('answers 503 after the maximum wait if every connection is in use', async () => {
    await using slow = await createTestApp({ DB_POOL_MAX: '1', DB_WAIT_MS: '1000' });
    const holder = await slow.context.pool.connect();
    const { status, body } = await slow.call({ method: 'GET', url: '/api/v1/products' });
    holder.release();
    expect([status, body.code]).toEqual([503, 'database-unavailable']);
  });
});
