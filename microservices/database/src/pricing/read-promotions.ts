import type { PricingDocument } from './pricing-document.ts';
import type { Promotion } from './rules.ts';

type Path = readonly (string | number)[];

const KINDS = ['percentage', 'amount', 'free-delivery', 'buy-x-get-y'];
const FIELDS = [
  ...[
    'id',
    'name',
    'kind',
    'percent',
    'amount',
    'buy',
    'get',
    'delivery_options',
    'products',
    'categories',
  ],
  ...[
    'minimum',
    'from',
    'until',
    'first_order_only',
    'limit',
    'limit_per_customer',
    'exclusive',
    'priority',
  ],
  'codes',
];
const MAX_LIMIT = 100_000_000;

/** What each kind needs, and no other kind takes. */
const NEEDS: Readonly<Record<string, readonly string[]>> = {
  percentage: ['percent'],
  amount: ['amount'],
  'free-delivery': [],
  'buy-x-get-y': ['buy', 'get'],
};

export function readPromotions(
  document: PricingDocument,
  deliveryOptions: readonly string[],
): Promotion[] {
  const seen = new Set<string>();
  return document.list(['promotions']).map((path) => {
    const promotion = readPromotion(document, path);
    for (const key of [
      `id ${promotion.promotion_id}`,
      ...promotion.codes.map((code) => `code ${code}`),
    ]) {
      if (seen.has(key)) document.note(path, `${key} is there twice`);
      seen.add(key);
    }
    for (const option of promotion.delivery_options)
      if (!deliveryOptions.includes(option))
        document.note(
          [...path, 'delivery_options'],
          `there is no delivery ${JSON.stringify(option)}`,
        );
    return promotion;
  });
}

function readPromotion(document: PricingDocument, path: Path): Promotion {
  const at = (name: string) => [...path, name];
  const texts = (name: string, maxLength: number) =>
    document.list(at(name)).map((each) => document.text(each, maxLength));
  document.map(path, FIELDS);
  const kind = document.oneOf(at('kind'), KINDS);
  for (const needed of NEEDS[kind] ?? [])
    if (!document.has(at(needed))) document.note(path, `${kind} needs ${needed}`);
  const promotion = {
    promotion_id: document.text(at('id'), 50),
    name: document.text(at('name'), 100),
    kind,
    percent: document.percent(at('percent')) ?? (kind === 'buy-x-get-y' ? '100' : null),
    amount: document.amount(at('amount')),
    buy: document.integer(at('buy'), 1, 99),
    get: document.integer(at('get'), 1, 99),
    delivery_options: texts('delivery_options', 50),
    products: texts('products', 255),
    categories: texts('categories', 100),
    minimum: document.amount(at('minimum')) ?? '0',
    valid_from: document.moment(at('from')),
    valid_until: document.moment(at('until')),
    first_order_only: document.isTrue(at('first_order_only')),
    total_limit: document.integer(at('limit'), 1, MAX_LIMIT),
    customer_limit: document.integer(at('limit_per_customer'), 1, MAX_LIMIT),
    is_exclusive: document.isTrue(at('exclusive')),
    priority: document.integer(at('priority'), -1000, 1000) ?? 0,
    codes: texts('codes', 50).map((code) => code.toUpperCase()),
  };
  const { valid_from: from, valid_until: until } = promotion;
  if (from !== null && until !== null && Date.parse(from) >= Date.parse(until))
    document.note(at('until'), 'until is not after from');
  return promotion;
}
