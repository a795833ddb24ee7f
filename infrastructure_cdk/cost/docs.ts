// `npm run cost:docs` writes docs/cost.md, its chart and the agreed costs; `--check` compares instead.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { toSvg } from './document/chart.ts';
import { costDocument } from './document/cost-document.ts';
import { type Claim, GUIDE_DEVELOPMENT, GUIDE_PRODUCTION } from './document/guide-comparison.ts';
import { byKind, overBudget } from './estimate/budget.ts';
import { type PricedVariant, priceVariants } from './estimate/variants.ts';
import { readAgreed, readBudget } from './inputs/inputs.ts';

const REGION = 'us-west-2';
const DOCS = join(import.meta.dirname, '../../docs');
const AGREED = join(import.meta.dirname, 'inputs/agreed.generated.json');

function estimateOf(variants: readonly PricedVariant[], name: string) {
  const variant = variants.find((each) => each.name === `${name} as this template is`);
  if (variant === undefined) throw new Error(`There is no variant "${name} as this template is".`);
  return variant.estimate;
}

function main(isCheck: boolean): void {
  if (isCheck && !existsSync(DOCS)) {
    console.log('../docs does not exist: nothing to compare.');
    return;
  }
  const variants = priceVariants(REGION);
  const agreed: Record<string, Readonly<Record<string, number>>> = {};
  for (const name of ['development', 'staging', 'production']) {
    const each = estimateOf(variants, name);
    agreed[name] = byKind(each);
    const kinds = (existsSync(AGREED) && readAgreed(each.environment)) || {};
    const usd = readBudget(each.environment);
    const problem = overBudget(each.environment, each, { usd, kinds });
    if (problem !== undefined) throw new Error(problem);
  }
  const claimed = (name: string, claims: readonly Claim[]) => {
    const usd = claims.reduce((total, claim) => total + (claim.claimed ?? 0), 0);
    return { name: `what the guide lists for ${name}`, lines: [], totalMicros: usd * 1e6 };
  };
  const barsOf = (name: string) =>
    variants
      .filter(({ environment }) => environment === name)
      .map((variant) => ({ name: variant.name, ...variant.estimate }));
  const bars = [
    claimed('production', GUIDE_PRODUCTION),
    ...barsOf('production'),
    ...barsOf('staging'),
    claimed('development', GUIDE_DEVELOPMENT),
    ...barsOf('development'),
  ];
  const files: Readonly<Record<string, string>> = {
    [AGREED]: `${JSON.stringify(agreed, null, 2)}\n`,
    [join(DOCS, 'cost.md')]: costDocument(variants),
    [join(DOCS, 'cost.svg')]: toSvg('US dollars a month in us-west-2', bars),
  };
  const stale = Object.entries(files).filter(
    ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
  );
  if (!isCheck) for (const [file, text] of stale) writeFileSync(file, text);
  else if (stale.length > 0)
    throw new Error(
      `Not up to date: ${stale.map(([file]) => file).join(', ')}. Run npm run cost:docs.`,
    );
}

try {
  main(process.argv.includes('--check'));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
