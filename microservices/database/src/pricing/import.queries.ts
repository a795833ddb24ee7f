import { BUCKETS } from '../buckets/allotment.ts';
import type { Connection } from '../database/connection.ts';
import type { Rules } from './rules.ts';

/** Until the transaction ends nobody else imports rules. @returns their version; 0 if there are none */
export async function lockRules(connection: Connection): Promise<number> {
  await connection.query('lock table public.pricing_rules in share row exclusive mode');
  const { rows } = await connection.query<{ version: number }>(
    'select version::integer as version from public.pricing_rules',
  );
  return rows[0]?.version ?? 0;
}

/** Replaces all rules. @returns the new version */
export async function writeRules(connection: Connection, rules: Rules): Promise<number> {
  await connection.query('delete from public.markets');
  await connection.query('delete from public.tax_rules');
  await connection.query('delete from public.delivery_options');
  await connection.query('delete from public.promotions');
  await insert(
    connection,
    'markets',
    rules.prices_include_tax.map((country) => ({ country, prices_include_tax: true })),
  );
  await insert(connection, 'tax_rules', rules.taxes);
  const options = rules.delivery_options;
  await insert(
    connection,
    'delivery_options',
    options.map((option, position) => ({ ...option, position })),
  );
  await insert(
    connection,
    'delivery_places',
    options.flatMap(({ option_id, places }) => places.map((place) => ({ option_id, ...place }))),
  );
  await insert(
    connection,
    'delivery_tiers',
    options.flatMap(({ option_id, tiers }) => tiers.map((tier) => ({ option_id, ...tier }))),
  );
  await insert(connection, 'promotions', rules.promotions);
  await insert(
    connection,
    'promotion_codes',
    rules.promotions.flatMap(({ promotion_id, codes }) =>
      codes.map((code) => ({ promotion_id, code })),
    ),
  );
  await allotUses(connection);
  const { rows } = await connection.query<{ version: number }>(
    `insert into public.pricing_rules as r (version, rounding, tax_rounded_per) values (1, $1, $2)
     on conflict (is_only) do update
     set version = r.version + 1, rounding = excluded.rounding, tax_rounded_per = excluded.tax_rounded_per
     returning version::integer as version`,
    [rules.rounding, rules.tax_rounded_per],
  );
  return rows[0]?.version ?? 0;
}

/** The columns that the table has; others of the rows are left out. */
async function insert(
  connection: Connection,
  table: string,
  rows: readonly object[],
): Promise<void> {
  await connection.query(
    `insert into public.${table} select * from jsonb_populate_recordset(null::public.${table}, $1::jsonb)`,
    [JSON.stringify(rows)],
  );
}

/**
 * Divides what is left of each limit over the buckets; what orders have used stays where it is. Rows of promotions
 * that are gone stay, because orders may still give back their uses. Locks in the order of the orders.
 */
async function allotUses(connection: Connection): Promise<void> {
  await connection.query(
    `insert into public.promotion_allotments (bucket, promotion_id, allotted)
     select b.bucket, p.promotion_id, 0
     from public.promotions as p cross join ${BUCKETS}
     where p.total_limit is not null
     order by p.promotion_id, b.bucket
     on conflict do nothing`,
  );
  await connection.query(
    `select from public.promotion_allotments order by promotion_id, bucket for no key update`,
  );
  await connection.query(
    `update public.promotion_allotments as a
     set allotted = a.used + l.left_over / b.buckets + (b.bucket < l.left_over % b.buckets)::integer
     from ${BUCKETS}, (
       select p.promotion_id, greatest(0, p.total_limit - sum(u.used))::integer as left_over
       from public.promotions as p join public.promotion_allotments as u using (promotion_id)
       where p.total_limit is not null
       group by p.promotion_id, p.total_limit
     ) as l
     where a.bucket = b.bucket and a.promotion_id = l.promotion_id`,
  );
}
