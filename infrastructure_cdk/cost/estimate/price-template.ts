import type { Usage } from '../inputs/inputs.ts';
import { type PriceFile, priceOf } from '../inputs/prices.ts';
import { FREE_RESOURCES } from './free-resources.ts';
import { microDollars, sum } from './money.ts';
import { type Part, PRICING_RULES, type Resource } from './pricing-rules.ts';

export interface Line {
  readonly stack: string;
  readonly resource: string;
  /** CloudFormation type, or `Kubernetes` for a resource outside the templates. */
  readonly type: string;
  readonly what: string;
  readonly micros: number;
  /** Prices in it that no source confirms for the region. */
  readonly assumed: readonly string[];
}

/** A price `a × b` is the product of two: a share of another price. */
export function priceLine(
  prices: PriceFile,
  of: Pick<Line, 'stack' | 'resource' | 'type'>,
  { what, price, quantity }: Part,
): Line {
  const names = price.split(' × ');
  const [first = '', ...shares] = names;
  const share = shares.reduce((product, name) => product * Number(priceOf(prices, name)), 1);
  const micros = microDollars(priceOf(prices, first), quantity * share);
  const assumed = names.filter((name) => prices.prices[name]?.confirmed !== true);
  return { ...of, what, micros, assumed };
}

/** What the lines cost at prices that no source confirms for the region, and the names of those prices. */
export function assumedCost(lines: readonly Line[]): { micros: number; prices: string[] } {
  const assumed = lines.filter((line) => line.micros > 0 && line.assumed.length > 0);
  return {
    micros: sum(assumed.map(({ micros }) => micros)),
    prices: [...new Set(assumed.flatMap((line) => line.assumed))].sort(),
  };
}

/** @throws if a type has neither a pricing rule nor a reason why it is free */
export function priceTemplate(
  stack: string,
  resources: Readonly<Record<string, Resource>>,
  prices: PriceFile,
  usage: Usage,
): readonly Line[] {
  return Object.entries(resources).flatMap(([resource, { Type, Properties = {} }]) => {
    const rule = PRICING_RULES[Type];
    if (rule === undefined && FREE_RESOURCES[Type] === undefined)
      throw new Error(
        `The cost of ${Type} (${stack}/${resource}) is unknown: add a rule in ` +
          'cost/estimate/pricing-rules.ts, or a reason in cost/estimate/free-resources.ts.',
      );
    const parts = rule?.(Properties, { usage }) ?? [];
    return parts.map((part) => priceLine(prices, { stack, resource, type: Type }, part));
  });
}
