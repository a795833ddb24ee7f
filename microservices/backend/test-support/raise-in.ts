import type { TestApp } from './test-app.ts';

type Moment = 'at its statement' | 'at the commit';
type Event = 'insert' | 'update';

/** Makes PostgreSQL fail as it would in this state, whenever a row is written. */
export async function raiseIn(
  shop: TestApp,
  table: string,
  code: string,
  when: Moment = 'at its statement',
  event: Event = 'insert',
): Promise<void> {
  await install(
    shop,
    { table, event },
    when,
    `raise exception 'made to fail' using errcode = '${code}'`,
  );
}

/** Ends the session that writes a row. */
export const disconnectIn = (
  shop: TestApp,
  table: string,
  when: Moment,
  event: Event = 'insert',
): Promise<void> =>
  install(
    shop,
    { table, event },
    when,
    'perform pg_terminate_backend(pg_backend_pid()); perform pg_sleep(0.1)',
  );

async function install(
  shop: TestApp,
  { table, event }: { readonly table: string; readonly event: Event },
  when: Moment,
  body: string,
) {
  await shop.sql(
    `create or replace function made_to_fail() returns trigger language plpgsql security definer
     as $$ begin ${body}; return null; end $$`,
  );
  await shop.sql(`drop trigger if exists made_to_fail on ${table}`);
  await shop.sql(
    when === 'at the commit'
      ? `create constraint trigger made_to_fail after ${event} on ${table}
         deferrable initially deferred for each row execute function made_to_fail()`
      : `create trigger made_to_fail after ${event} on ${table}
         for each row execute function made_to_fail()`,
  );
}
