import { byKind } from '../estimate/budget.ts';
import type { Estimate } from '../estimate/estimate.ts';
import { FREE_RESOURCES } from '../estimate/free-resources.ts';
import { formatUsd } from '../estimate/money.ts';
import { assumedCost } from '../estimate/price-template.ts';
import type { PricedVariant } from '../estimate/variants.ts';
import { readBudget, readUsage, type Usage } from '../inputs/inputs.ts';
import { type PriceFile, readPrices } from '../inputs/prices.ts';
import { type Claim, compare, GUIDE_DEVELOPMENT, GUIDE_PRODUCTION } from './guide-comparison.ts';
import { table } from './markdown.ts';

const GENERATED =
  '<!-- Written by `npm run cost:docs` in infrastructure_cdk: edit cost/, not this file. -->';

function guideTable(claims: readonly Claim[], { lines, totalMicros }: Estimate): string {
  const rows = compare(claims, lines).map(({ what, claimed, micros, why }) => {
    return [
      what,
      claimed === null ? 'not named' : formatUsd(claimed * 1e6),
      formatUsd(micros),
      why,
    ];
  });
  const claimed = claims.reduce((total, claim) => total + (claim.claimed ?? 0), 0);
  const sums = ['**sum**', `**${formatUsd(claimed * 1e6)}**`, `**${formatUsd(totalMicros)}**`, ''];
  return table(
    ['', 'guide', 'computed', 'why'],
    ['left', 'right', 'right', 'left'],
    [...rows, sums],
  );
}

function variantTable(variants: readonly PricedVariant[]): string {
  const rows = variants.map(({ name, why, environment, estimate: { totalMicros } }) => {
    const orders = readUsage(environment).ordersPerMonth.value;
    const each = formatUsd(Math.round((totalMicros * 1000) / orders));
    return [name, formatUsd(totalMicros), each, why];
  });
  const head = ['', 'a month', 'for 1,000 orders', ''];
  return table(head, ['left', 'right', 'right', 'left'], rows);
}

function kindTable(production: Estimate, development: Estimate): string {
  const [inProduction, inDevelopment] = [byKind(production), byKind(development)];
  const kinds = [...new Set([...Object.keys(inProduction), ...Object.keys(inDevelopment)])];
  const rows = kinds
    .map((kind) => ({
      kind,
      production: inProduction[kind] ?? 0,
      development: inDevelopment[kind] ?? 0,
    }))
    .filter((row) => row.production + row.development > 0)
    .toSorted((a, b) => b.production - a.production)
    .map((row) => [row.kind, formatUsd(row.production), formatUsd(row.development)]);
  const sums = [production, development].map(({ totalMicros }) => `**${formatUsd(totalMicros)}**`);
  const budgets = (['production', 'development'] as const).map((name) =>
    formatUsd(readBudget(name) * 1e6),
  );
  return table(
    ['', 'production', 'development'],
    ['left', 'right', 'right'],
    [...rows, ['**sum**', ...sums], ['budget', ...budgets]],
  );
}

function usageTable(development: Usage, production: Usage): string {
  const rows = Object.entries(production).map(([name, { value, why }]) => {
    const ofDevelopment = development[name as keyof Usage].value;
    return [`\`${name}\``, String(ofDevelopment), String(value), why];
  });
  const head = ['', 'development', 'production', 'why (production)'];
  return table(head, ['left', 'right', 'right', 'left'], rows);
}

/** Names the assumptions in a total. */
function assumption({ environment, lines, totalMicros }: Estimate): string {
  const { micros, prices } = assumedCost(lines);
  const names = prices.map((name) => `\`${name}\``).join(', ');
  return `- ${environment}: ${formatUsd(micros)} of ${formatUsd(totalMicros)} at assumed prices: ${names}`;
}

/** Notes repeat, so the table refers to them by number. */
class Footnotes {
  readonly #notes: string[] = [];

  /** @returns such as `(1,3)` */
  mark(text: string): string {
    const numbers = text.split('; ').map((note) => {
      if (!this.#notes.includes(note)) this.#notes.push(note);
      return this.#notes.indexOf(note) + 1;
    });
    return `(${numbers.join(',')})`;
  }

  list(): string {
    return this.#notes.map((note, index) => `${index + 1}. ${note}`).join('\n');
  }
}

function priceTable({ prices, readOn: usualDate }: PriceFile): string {
  const notes = new Footnotes();
  const rows = Object.entries(prices).map(([name, price]) => {
    const { usd, unit, confirmed, readOn, source, note } = price;
    const date = readOn && readOn !== usualDate ? `, ${readOn}` : '';
    const link = `[${new URL(source).hostname}](${source})${date}`;
    return [
      confirmed ? `**\`${name}\`**` : `\`${name}\``,
      usd,
      unit,
      note ? `${link} ${notes.mark(note)}` : link,
    ];
  });
  const head = ['', 'US $', 'each', 'source'];
  return `${table(head, ['left', 'right', 'left', 'left'], rows)}\n\n${notes.list()}`;
}

export function costDocument(variants: readonly PricedVariant[]): string {
  const named = (name: string) => {
    const variant = variants.find((each) => each.name === name);
    if (variant === undefined) throw new Error(`There is no variant "${name}".`);
    return variant.estimate;
  };
  const asSpecified = named('production as the guide specifies it');
  const production = named('production as this template is');
  const development = named('development as this template is');
  const { region, pricesAsOf } = production;
  const prices = readPrices(region);
  const all = Object.values(prices.prices);
  const confirmed = all.filter((price) => price.confirmed).length;
  return `# What it costs

${GENERATED}

US dollars a month in ${region}, at list prices of ${pricesAsOf}, without tax, computed from the synthesized
templates. \`npm run cost -- --environment production\` prints every line. **${confirmed} of ${all.length} prices are confirmed** by a
source for this region or for all regions; the others come from sources for us-east-1 or from memory, as
[marked](#prices):

${assumption(production)}
${assumption(development)}

![What each variant costs, by what it is spent on](cost.svg)

${variantTable(variants)}

**Recommended:** production on Graviton nodes, with database and nodes reserved for a year once the size is known, and
with Multi-AZ and a NAT gateway in each zone, which production needs. Development on one node that is off outside
working hours. Spot and a single NAT gateway save more, but make an outage of the shop likelier.

## Compared with the guide

The guide says "~$200" over production lines that sum up to $319:

${guideTable(GUIDE_PRODUCTION, asSpecified)}

It says "~$10" over development lines that sum up to $88.10. The computed side is this template:

${guideTable(GUIDE_DEVELOPMENT, development)}

## By kind of resource

"Kubernetes" stands for resources that the cluster creates, outside the templates. \`cost/estimate/free-resources.ts\` lists the
${Object.keys(FREE_RESOURCES).length} types that are free, with reasons.

${kindTable(production, development)}

## Assumptions

From \`cost/inputs/usage.json\`:

${usageTable(readUsage('development'), readUsage('production'))}

Auto Mode chooses its nodes; the estimate uses c6a.large, the cheapest with 2 vCPU of its x86 families. The prices of
Spot and of a one-year reservation are assumed shares.

Not included: tax, AWS support, the payment provider's fees, a host name, Cognito's emails, CPU credits of burstable
instances beyond the included ones, and the free tier of new accounts.

## Prices

Confirmed prices are bold. Sources were read on ${prices.readOn}, unless a note says otherwise.

${priceTable(prices)}
`;
}
