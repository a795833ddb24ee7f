import type { PriceRules } from '../catalog/price.ts';
import { PricingDocument, type Problem } from './pricing-document.ts';
import { readPromotions } from './read-promotions.ts';
import type { DeliveryOption, Place, Rules, TaxRule } from './rules.ts';

export type ReadResult =
  | { readonly ok: true; readonly rules: Rules }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Path = readonly (string | number)[];

/** The rules of a pricing file, or all that is wrong with it. */
export function readRules(text: string, prices: PriceRules): ReadResult {
  const document = new PricingDocument(text, prices);
  const { problems } = document;
  const known = [
    'rounding',
    'tax_rounded_per',
    'prices_include_tax',
    'taxes',
    'delivery',
    'promotions',
  ];
  if (problems.length > 0 || !document.map([], known)) return { ok: false, problems };
  const delivery_options = document.list(['delivery']).map((path) => readOption(document, path));
  const rules = {
    rounding: document.oneOf(['rounding'], ['half-up', 'half-even'], 'half-up'),
    tax_rounded_per: document.oneOf(['tax_rounded_per'], ['line', 'order'], 'line'),
    prices_include_tax: document
      .list(['prices_include_tax'])
      .map((path) => readPlace(document, path, false).country),
    taxes: document.list(['taxes']).map((path) => readTax(document, path)),
    delivery_options,
    promotions: readPromotions(
      document,
      delivery_options.map(({ option_id }) => option_id),
    ),
  };
  noteRepeated(
    document,
    ['delivery'],
    rules.delivery_options.map(({ option_id }) => option_id),
  );
  noteRepeated(document, ['prices_include_tax'], rules.prices_include_tax);
  noteRepeated(
    document,
    ['taxes'],
    rules.taxes.map(({ name, country, region, category }) =>
      [name, country, region, category].join(', '),
    ),
  );
  return problems.length === 0
    ? { ok: true, rules }
    : { ok: false, problems: problems.toSorted((a, b) => a.line - b.line) };
}

/** `everywhere`, a country as in `DE`, or a country and a region as in `US-CA`. */
function readPlace(document: PricingDocument, path: Path, hasRegions = true): Place {
  const text = document.text(path, 103).toUpperCase();
  if (text === 'EVERYWHERE') return { country: '', region: '' };
  const [, country, region = ''] = /^([A-Z]{2})(?:-(.+))?$/.exec(text) ?? [];
  if (country === undefined || (region !== '' && !hasRegions))
    document.note(
      path,
      `a place is everywhere, a country like DE${hasRegions ? ', or a region like US-CA' : ''}`,
    );
  return { country: country ?? '', region };
}

function readTax(document: PricingDocument, path: Path): TaxRule {
  document.map(path, ['name', 'place', 'category', 'rate']);
  const rate = document.percent([...path, 'rate']);
  if (rate === null) document.note(path, 'rate is missing');
  return {
    name: document.text([...path, 'name'], 50),
    ...readPlace(document, [...path, 'place']),
    category: document.optionalText([...path, 'category'], 100) ?? '',
    rate: rate ?? '0',
  };
}

function readOption(document: PricingDocument, path: Path): DeliveryOption {
  const at = (name: string) => [...path, name];
  document.map(path, [
    'id',
    'name',
    'places',
    'price',
    'by',
    'tiers',
    'max',
    'free_from',
    'tax_category',
    'days',
  ]);
  const tiers_by =
    document.oneOf(at('by'), ['weight', 'subtotal'], 'subtotal') === 'weight'
      ? 'weight'
      : 'subtotal';
  const valueAt = (place: Path) =>
    tiers_by === 'subtotal'
      ? document.amount(place)
      : textOf(document.integer(place, 0, 1_000_000_000));
  const tiers = document.list(at('tiers')).map((tier) => {
    document.map(tier, ['from', 'price']);
    const price = document.amount([...tier, 'price']);
    if (price === null) document.note(tier, 'price is missing');
    return { starts_at: valueAt([...tier, 'from']) ?? '0', price: price ?? '0' };
  });
  const price = document.amount(at('price'));
  if ((price === null) === (tiers.length === 0)) document.note(path, 'give either price or tiers');
  noteRepeated(
    document,
    at('tiers'),
    tiers.map(({ starts_at }) => starts_at),
  );
  const days = document.list(at('days')).map((each) => document.integer(each, 0, 365));
  const [min = null, max = null] = days;
  if (days.length > 0 && (days.length !== 2 || min === null || max === null || min > max))
    document.note(at('days'), 'days is the least and the most, like [2, 5]');
  return {
    option_id: document.text(at('id'), 50),
    name: document.text(at('name'), 100),
    tiers_by,
    max: valueAt(at('max')),
    free_from: document.amount(at('free_from')),
    tax_category: document.optionalText(at('tax_category'), 100),
    min_days: min,
    max_days: max,
    places: document.list(at('places')).map((place) => readPlace(document, place)),
    tiers: price === null ? tiers : [{ starts_at: '0', price }],
  };
}

const textOf = (value: number | null): string | null => (value === null ? null : String(value));

function noteRepeated(document: PricingDocument, path: Path, keys: readonly string[]): void {
  for (const [index, key] of keys.entries())
    if (keys.indexOf(key) < index)
      document.note([...path, index], `${JSON.stringify(key)} is there twice`);
}
