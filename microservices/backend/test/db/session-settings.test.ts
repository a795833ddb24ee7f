import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { settingsOf } from '../../src/config/session-settings.ts';
import { createPool } from '../../src/db/pool.ts';
import { createTestApp, storeOf } from '../../test-support/test-app.ts';
import { runSql, uniqueName } from '../../test-support/test-server.ts';

/** Each changes results, or how long something may take. */
const HOSTILE = {
  search_path: 'nowhere',
  timezone: 'Asia/Kathmandu',
  datestyle: 'SQL, DMY',
  intervalstyle: 'sql_standard',
  standard_conforming_strings: 'off',
  extra_float_digits: '-15',
  bytea_output: 'escape',
  array_nulls: 'off',
  transform_null_equals: 'on',
  gin_fuzzy_search_limit: '1',
  default_text_search_config: 'pg_catalog.simple',
  default_transaction_isolation: 'serializable',
  default_transaction_deferrable: 'on',
  row_security: 'off',
  lock_timeout: '1',
  statement_timeout: '60000',
  idle_in_transaction_session_timeout: '1',
  idle_session_timeout: '50',
  client_encoding: 'LATIN1',
};
const list = (settings: Record<string, string>) =>
  Object.entries(settings).map(([name, value]) => [name, value] as const);

describe('what a role or a database sets', () => {
  it('changes no answer of the API', async () => {
    await using plain = await createTestApp();
    await using odd = await createTestApp();
    const [{ name: database }] = (await odd.sql<{ name: string }>(
      'select current_database() as name',
    )) as [{ name: string }];
    for (const [name, value] of list(HOSTILE))
      await odd.sql(`alter database ${database} set ${name} = '${value}'`);
    const journeys = [];
    for (const shop of [plain, odd]) {
      await shop.sql('set search_path = public');
      await shop.sql(
        `insert into public.products (product_id, product_name, description, category, price, image_url)
         values ('mug', 'Łódź \\ mug', 'For tests', 'Tests', 22, '/a.svg')`,
      );
      await shop.sql("insert into public.inventory (product_id, on_hand) values ('mug', 9)");
      const shopper = await shop.newShopper();
      const { customerId: customer_id } = shopper;
      const added = await shopper.call('POST', '/cart/items', {
        customer_id,
        product_id: 'mug',
        quantity: 2,
      });
      expect(added.body.updated_at).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+(Z|\+00:00)$/);
      expect(Math.abs(Date.parse(added.body.updated_at) - Date.now())).toBeLessThan(60_000);
      const found = await shop.call({ method: 'GET', url: '/api/v1/products?q=mugs' });
      const missing = await shopper.call('POST', '/cart/items', {
        customer_id,
        product_id: 'none',
        quantity: 1,
      });
      const ready = await shop.call({ method: 'GET', url: '/readyz' });
      journeys.push([added.body.items, found.body, missing.body.code, ready.body]);
    }
    expect(journeys[1]).toEqual(journeys[0]);
  });

  it('does not reach any connection of the process, the listening one included', async () => {
    await using shop = await createTestApp();
    const login = uniqueName('odd');
    await runSql(shop.superuserUrl, `create role ${login} login password 'odd'`);
    for (const [name, value] of list(HOSTILE))
      await runSql(shop.superuserUrl, `alter role ${login} set ${name} = '${value}'`);
    const url = new URL(shop.superuserUrl);
    url.username = login;
    url.password = 'odd';
    const pool = createPool(storeOf(url.href), shop.context.config.database);
    const alone = await pool.connectAlone('listener');
    const read = 'select name, setting from pg_settings';
    const results = [await alone.query(read), await pool.query(read)];
    await alone.end();
    await pool.end();
    await runSql(shop.superuserUrl, `drop role ${login}`);
    for (const { rows } of results) {
      const settings = Object.fromEntries(
        rows.map(({ name, setting }) => [name.toLowerCase(), setting]),
      );
      expect(settings).toMatchObject({
        search_path: 'public',
        timezone: 'UTC',
        datestyle: 'ISO, MDY',
        intervalstyle: 'postgres',
        standard_conforming_strings: 'on',
        default_transaction_isolation: 'read committed',
        lock_timeout: '100',
        statement_timeout: '5000',
        idle_session_timeout: '0',
        client_encoding: 'UTF8',
      });
    }
  });
});

describe('the options of a URL', () => {
  it.each([
    [undefined, {}],
    ['', {}],
    ['-c role=carthub_app', { role: 'carthub_app' }],
    ['-crole=carthub_app', { role: 'carthub_app' }],
    ['--work-mem=64MB -c search_path=a\\ b', { work_mem: '64MB', search_path: 'a b' }],
    ['-c a.b=x=y', { 'a.b': 'x=y' }],
    ['-c', undefined],
    ['-S 64', undefined],
    ['role=carthub_app', undefined],
  ])('%s are the settings %o', (options, settings) => {
    expect(settingsOf(options)).toEqual(settings);
  });

  it('come back as they were given, whatever characters their values have', () => {
    const value = fc.string({ unit: 'grapheme', minLength: 1 });
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('role', 'work_mem', 'a.b'), value), (settings) => {
        const escaped = list(settings).map(
          ([name, text]) => `-c ${name}=${text.replaceAll(/[\s\\]/g, '\\$&')}`,
        );
        expect(settingsOf(escaped.join(' '))).toEqual({ ...settings });
      }),
    );
  });
});

it('a database with another encoding than UTF8 is refused, with the fix', async () => {
  await using shop = await createTestApp();
  const name = uniqueName('latin');
  await runSql(
    shop.superuserUrl,
    `create database ${name} template template0 encoding 'LATIN1' lc_collate 'C' lc_ctype 'C'`,
  );
  const url = new URL(shop.superuserUrl);
  url.pathname = name;
  await runSql(
    url.href,
    `create table schema_version (version integer, breaking boolean);
     insert into schema_version values (3, false)`,
  );
  const latin = await createTestApp({ DATABASE_URL: url.href });
  const { status, body } = await latin.call({ method: 'GET', url: '/readyz' });
  await latin[Symbol.asyncDispose]();
  expect([status, body.code]).toEqual([503, 'database-not-utf8']);
  expect(body.detail).toMatch(/encoding 'UTF8'/);
  await runSql(shop.superuserUrl, `drop database ${name} with (force)`);
});
