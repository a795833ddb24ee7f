// Sets the shop's rules as `carthub-db import-pricing` does.

import type { TestApp } from './test-app.ts';

interface TestPromotion {
  readonly id: string;
  readonly percent?: number;
  readonly code?: string;
  readonly limit?: number;
  readonly customerLimit?: number;
  readonly firstOrderOnly?: boolean;
  readonly isExclusive?: boolean;
  readonly minimum?: number;
}

interface TestRules {
  readonly taxes?: readonly (readonly [name: string, country: string, rate: number])[];
  readonly inclusive?: readonly string[];
  readonly delivery?: readonly (readonly [id: string, country: string, price: number])[];
  readonly promotions?: readonly TestPromotion[];
}

/** Replaces all rules in one transaction. */
export async function setRules(shop: TestApp, rules: TestRules): Promise<void> {
  const { taxes = [], inclusive = [], delivery = [], promotions = [] } = rules;
  const literal = (value: string) => `'${value}'`;
  const rows = (table: string, values: readonly string[]) =>
    values.length > 0 ? `insert into ${table} values ${values.join(', ')};` : '';
  await shop.sql(`begin;
    insert into pricing_rules as r (version, rounding, tax_rounded_per) values (1, 'half-up', 'line')
    on conflict (is_only) do update set version = r.version + 1;
    delete from tax_rules; delete from markets; delete from delivery_options; delete from promotions;
    ${rows(
      'tax_rules',
      taxes.map(([name, country, rate]) => `('${name}', '${country}', '', '', ${rate})`),
    )}
    ${rows(
      'markets',
      inclusive.map((country) => `('${country}', true)`),
    )}
    ${rows(
      'delivery_options (option_id, position, name, tiers_by, min_days, max_days)',
      delivery.map(([id], index) => `('${id}', ${index}, '${id}', 'subtotal', 2, 5)`),
    )}
    ${rows(
      'delivery_places',
      delivery
        .filter(([, country]) => country !== '')
        .map(([id, country]) => `('${id}', '${country}', '')`),
    )}
    ${rows(
      'delivery_tiers',
      delivery.map(([id, , price]) => `('${id}', 0, ${price})`),
    )}
    ${rows(
      `promotions (promotion_id, name, kind, percent, delivery_options, products, categories, minimum,
        first_order_only, total_limit, customer_limit, is_exclusive, priority)`,
      promotions.map(
        (each) => `(${literal(each.id)}, ${literal(each.id)}, 'percentage', ${each.percent ?? 10},
          '{}', '{}', '{}', ${each.minimum ?? 0}, ${each.firstOrderOnly ?? false},
          ${each.limit ?? 'null'}, ${each.customerLimit ?? 'null'}, ${each.isExclusive ?? false}, 0)`,
      ),
    )}
    ${rows(
      'promotion_codes',
      promotions.flatMap(({ id, code }) => (code ? [`('${code}', '${id}')`] : [])),
    )}
    insert into promotion_allotments (bucket, promotion_id, allotted)
    select b.bucket, p.promotion_id, p.total_limit / b.buckets + (b.bucket < p.total_limit % b.buckets)::integer
    from promotions as p, (select bucket, count(*) over ()::integer as buckets from buckets) as b
    where p.total_limit is not null
    on conflict do nothing;
    commit;`);
}

/** What the promotion's counters and the orders' uses say. */
export async function usesOf(shop: TestApp, promotionId: string) {
  const [row] = await shop.sql<{
    allotted: number;
    used: number;
    uses: number;
    discounted: number;
  }>(
    `select
       (select sum(allotted)::integer from promotion_allotments where promotion_id = $1) as allotted,
       (select sum(used)::integer from promotion_allotments where promotion_id = $1) as used,
       (select count(*)::integer from promotion_uses where promotion_id = $1) as uses,
       (
         select count(distinct o.order_id)::integer from order_discounts as d
         join orders as o using (bucket, customer_id, order_id)
         where d.promotion_id = $1 and o.status not in ('payment_failed', 'expired', 'cancelled')
       ) as discounted`,
    [promotionId],
  );
  return row;
}
