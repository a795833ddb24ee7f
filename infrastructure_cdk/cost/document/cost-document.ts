import { byKind } from '../estimate/budget.ts';
import type { Estimate } from '../estimate/estimate.ts';
import { FREE } from '../estimate/free-resources.ts';
import { formatUsd } from '../estimate/money.ts';
import type { PricedVariant } from '../estimate/variants.ts';
import { readBudget, readUsage, type Usage } from '../inputs/inputs.ts';
import { readPrices } from '../inputs/prices.ts';
import { type Claim, compare, GUIDE_DEVELOPMENT, GUIDE_PRODUCTION } from './guide-comparison.ts';
import { table } from './markdown.ts';

const GENERATED =
  '<!-- Written by `npm run cost:docs` in infrastructure_cdk: change cost/, not this. -->';

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
  const head = ['', 'a month', 'for 1,000 orders', 'what it is'];
  return table(head, ['left', 'right', 'right', 'left'], rows);
}

function kindTable(estimate: Estimate): string {
  const kinds = Object.entries(byKind(estimate)).toSorted(([, a], [, b]) => b - a);
  const rows = kinds.map(([kind, micros]) => [kind, formatUsd(micros)]);
  const total = ['**sum**', `**${formatUsd(estimate.totalMicros)}**`];
  return table(['', 'a month'], ['left', 'right'], [...rows, total]);
}

function usageTable(development: Usage, production: Usage): string {
  const rows = Object.entries(production).map(([name, { value, why }]) => {
    const ofDevelopment = development[name as keyof Usage].value;
    return [`\`${name}\``, String(ofDevelopment), String(value), why];
  });
  const head = ['', 'development', 'production', 'why so much in production'];
  return table(head, ['left', 'right', 'right', 'left'], rows);
}

function priceTable(region: string): string {
  const rows = Object.entries(readPrices(region).prices).map(([name, price]) => {
    const seen = price.confirmed ? 'confirmed' : 'not confirmed';
    const source = `[${new URL(price.source).hostname}](${price.source})`;
    const read = price.readOn ?? 'from memory';
    return [`\`${name}\``, price.usd, price.unit, seen, `${source}, ${read}`, price.note ?? ''];
  });
  const head = ['', 'US $', 'each', '', 'source, read on', ''];
  return table(head, ['left', 'right', 'left', 'left', 'left', 'left'], rows);
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
  const prices = Object.values(readPrices(region).prices);
  const confirmed = prices.filter((price) => price.confirmed).length;
  return `# What it costs

${GENERATED}

US dollars a month in ${region}, at list prices written down on ${pricesAsOf}, without tax. Computed from the
synthesized templates, line by line: \`npm run cost -- --environment production\` shows every line.
**${confirmed} of ${prices.length} prices are confirmed** by a source that was read, for this region or for all; the
others are from sources for us-east-1 or from memory, and marked so [below](#prices).

![What each variant costs, by what it is spent on](cost.svg)

${variantTable(variants)}

**Recommended:** production on Graviton nodes, database and nodes reserved for a year once the size is known;
Multi-AZ and a NAT gateway in each zone stay, because they are what "production" means. Development on one
node that is off outside of working hours. Spot and a single NAT
gateway save more, and each of them makes an outage of the shop likelier: a choice of whoever runs it.

## Beside the guide's tables

The guide says "~$200" over production lines that sum up to $319:

${guideTable(GUIDE_PRODUCTION, asSpecified)}

It says "~$10" over development lines that sum up to $88.10. The computed side is what this template makes:

${guideTable(GUIDE_DEVELOPMENT, development)}

## By kind of resource

Kinds that begin with "Kubernetes" are in no template: the cluster makes them. Types that cost nothing by
themselves (${Object.keys(FREE).length}, each with its reason) are in \`cost/estimate/free-resources.ts\`.

Production, of its budget of ${formatUsd(readBudget('production') * 1e6)}:

${kindTable(production)}

Development, of its budget of ${formatUsd(readBudget('development') * 1e6)}:

${kindTable(development)}

## What is assumed

No template knows these (\`cost/inputs/usage.json\`):

${usageTable(readUsage('development'), readUsage('production'))}

Auto Mode chooses its nodes itself: c6a.large stands for them, the cheapest with 2 vCPU of its x86 families. What
Spot costs, and what a year of reservation saves, are shares that are assumed.

Not counted: tax, AWS support, the payment provider's fees, a host name, mails of Cognito, CPU credits of
burstable instances beyond what is included, and the free tier of new accounts.

## Prices

${priceTable(region)}
`;
}
