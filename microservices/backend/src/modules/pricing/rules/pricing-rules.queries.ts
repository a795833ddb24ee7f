import { type Static, Type } from 'typebox';
import type { Connection } from '../../../db/connection.ts';
import { defineStatement, queryOne } from '../../../db/statement.ts';
import { millionthsFromPercent, minorFromDecimal } from '../../../money.ts';
import type { DeliveryOption, PricingRules, Promotion } from '../engine/pricing-terms.ts';

const Text = Type.String();
const OptionalText = Type.Union([Text, Type.Null()]);
const OptionalInteger = Type.Union([Type.Integer(), Type.Null()]);
const Place = { country: Text, region: Text };

const DeliveryRow = Type.Object({
  option_id: Text,
  name: Text,
  tiers_by: Type.Enum(['weight', 'subtotal']),
  max: OptionalText,
  free_from: OptionalText,
  tax_category: OptionalText,
  min_days: OptionalInteger,
  max_days: OptionalInteger,
  places: Type.Array(Type.Object(Place)),
  tiers: Type.Array(Type.Object({ starts_at: Text, price: Text })),
});

const PromotionRow = Type.Object({
  promotion_id: Text,
  name: Text,
  kind: Type.Enum(['percentage', 'amount', 'free-delivery', 'buy-x-get-y']),
  percent: OptionalText,
  amount: OptionalText,
  buy: OptionalInteger,
  get: OptionalInteger,
  delivery_options: Type.Array(Text),
  products: Type.Array(Text),
  categories: Type.Array(Text),
  minimum: Text,
  /** In seconds since 1970. */
  valid_from: Type.Union([Type.Number(), Type.Null()]),
  valid_until: Type.Union([Type.Number(), Type.Null()]),
  first_order_only: Type.Boolean(),
  total_limit: OptionalInteger,
  customer_limit: OptionalInteger,
  is_exclusive: Type.Boolean(),
  priority: Type.Integer(),
  codes: Type.Array(Text),
});

/** All rules as of one moment. Decimals travel as text: JSON numbers are not exact. */
const readRulesStatement = defineStatement({
  name: 'read-pricing-rules',
  text: `
    select coalesce(r.version, 0)::integer as version, coalesce(r.rounding, 'half-up') as rounding,
      coalesce(r.tax_rounded_per, 'line') as tax_rounded_per,
      (select coalesce(json_agg(m), '[]') from markets as m) as markets,
      (
        select coalesce(json_agg(json_build_object(
          'name', t.name, 'country', t.country, 'region', t.region, 'category', t.category, 'rate', t.rate::text
        )), '[]')
        from tax_rules as t
      ) as taxes,
      (
        select coalesce(json_agg(json_build_object(
          'option_id', o.option_id, 'name', o.name, 'tiers_by', o.tiers_by, 'max', o.max::text,
          'free_from', o.free_from::text, 'tax_category', o.tax_category, 'min_days', o.min_days,
          'max_days', o.max_days,
          'places', (
            select coalesce(json_agg(json_build_object('country', p.country, 'region', p.region)), '[]')
            from delivery_places as p where p.option_id = o.option_id
          ),
          'tiers', (
            select coalesce(json_agg(
              json_build_object('starts_at', t.starts_at::text, 'price', t.price::text) order by t.starts_at
            ), '[]')
            from delivery_tiers as t where t.option_id = o.option_id
          )
        ) order by o.position, o.option_id), '[]')
        from delivery_options as o
      ) as delivery_options,
      (
        select coalesce(json_agg(json_build_object(
          'promotion_id', p.promotion_id, 'name', p.name, 'kind', p.kind, 'percent', p.percent::text,
          'amount', p.amount::text, 'buy', p.buy, 'get', p.get, 'delivery_options', p.delivery_options,
          'products', p.products, 'categories', p.categories, 'minimum', p.minimum::text,
          'valid_from', extract(epoch from p.valid_from), 'valid_until', extract(epoch from p.valid_until),
          'first_order_only', p.first_order_only, 'total_limit', p.total_limit,
          'customer_limit', p.customer_limit, 'is_exclusive', p.is_exclusive, 'priority', p.priority,
          'codes', (
            select coalesce(json_agg(c.code order by c.code), '[]')
            from promotion_codes as c where c.promotion_id = p.promotion_id
          )
        )), '[]')
        from promotions as p
      ) as promotions
    from (values (true)) as one (is_only)
    left join pricing_rules as r on r.is_only`,
  row: Type.Object({
    version: Type.Integer(),
    rounding: Text,
    tax_rounded_per: Text,
    markets: Type.Array(Type.Object({ country: Text, prices_include_tax: Type.Boolean() })),
    taxes: Type.Array(Type.Object({ name: Text, ...Place, category: Text, rate: Text })),
    delivery_options: Type.Array(DeliveryRow),
    promotions: Type.Array(PromotionRow),
  }),
});

const readVersionStatement = defineStatement({
  name: 'read-pricing-version',
  text: 'select coalesce(max(version), 0)::integer as version from pricing_rules',
  row: Type.Object({ version: Type.Integer() }),
});

export const statements = [readRulesStatement, readVersionStatement];

/** Counts the changes of the rules. */
export const readRulesVersion = async (connection: Connection): Promise<number> =>
  (await queryOne(connection, readVersionStatement, [])).version;

export async function readRules(connection: Connection): Promise<PricingRules> {
  const row = await queryOne(connection, readRulesStatement, []);
  return {
    version: row.version,
    rounding: row.rounding === 'half-even' ? 'half-even' : 'half-up',
    taxRoundedPer: row.tax_rounded_per === 'order' ? 'order' : 'line',
    markets: row.markets.map((market) => ({
      country: market.country,
      pricesIncludeTax: market.prices_include_tax,
    })),
    taxes: row.taxes.map(({ name, country, region, category, rate }) => ({
      name,
      country,
      region,
      category,
      rateMillionths: millionthsFromPercent(rate),
    })),
    deliveryOptions: row.delivery_options.map(toOption),
    promotions: row.promotions.map(toPromotion),
  };
}

const minorOrNull = (decimal: string | null): number | null =>
  decimal === null ? null : minorFromDecimal(decimal);

function toOption(row: Static<typeof DeliveryRow>): DeliveryOption {
  // Grams are whole; amounts have two decimals.
  const toValue = row.tiers_by === 'weight' ? Number : minorFromDecimal;
  const { min_days: min, max_days: max } = row;
  return {
    id: row.option_id,
    name: row.name,
    places: row.places,
    tiersBy: row.tiers_by,
    tiers: row.tiers.map((tier) => ({
      from: toValue(tier.starts_at),
      priceMinor: minorFromDecimal(tier.price),
    })),
    max: row.max === null ? null : toValue(row.max),
    freeFromMinor: minorOrNull(row.free_from),
    taxCategory: row.tax_category,
    days: min === null || max === null ? null : { min, max },
  };
}

const toPromotion = (row: Static<typeof PromotionRow>): Promotion => ({
  id: row.promotion_id,
  name: row.name,
  codes: row.codes,
  effect: toEffect(row),
  scope: { products: row.products, categories: row.categories },
  minimumMinor: minorFromDecimal(row.minimum),
  from: row.valid_from === null ? null : row.valid_from * 1000,
  until: row.valid_until === null ? null : row.valid_until * 1000,
  firstOrderOnly: row.first_order_only,
  limit: row.total_limit,
  limitPerCustomer: row.customer_limit,
  isExclusive: row.is_exclusive,
  priority: row.priority,
});

function toEffect(row: Static<typeof PromotionRow>): Promotion['effect'] {
  const rateMillionths = millionthsFromPercent(row.percent ?? '0');
  switch (row.kind) {
    case 'percentage':
      return { kind: row.kind, rateMillionths };
    case 'amount':
      return { kind: row.kind, amountMinor: minorFromDecimal(row.amount ?? '0') };
    case 'free-delivery':
      return { kind: row.kind, deliveryOptions: row.delivery_options };
    case 'buy-x-get-y':
      return { kind: row.kind, buy: row.buy ?? 1, get: row.get ?? 1, rateMillionths };
  }
}
