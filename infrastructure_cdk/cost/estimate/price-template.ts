import type { Usage } from '../inputs/inputs.ts';
import { type PriceFile, priceOf } from '../inputs/prices.ts';
import { FREE } from './free-resources.ts';
import { microDollars } from './money.ts';
import { type Part, type Resource, RULES } from './pricing-rules.ts';

export interface Line {
  readonly stack: string;
  readonly resource: string;
  /** Of CloudFormation, or `Kubernetes` for what the template does not hold. */
  readonly type: string;
  readonly what: string;
  readonly micros: number;
}

/** `a × b` is the product of two prices: a share of another one. */
export function priceLine(
  prices: PriceFile,
  of: Pick<Line, 'stack' | 'resource' | 'type'>,
  { what, price, quantity }: Part,
): Line {
  const [first = '', ...shares] = price.split(' × ');
  const share = shares.reduce((product, name) => product * Number(priceOf(prices, name)), 1);
  return { ...of, what, micros: microDollars(priceOf(prices, first), quantity * share) };
}

/** @throws naming the type, if there is neither a rule for it nor a reason why it is free */
export function priceTemplate(
  stack: string,
  resources: Readonly<Record<string, Resource>>,
  prices: PriceFile,
  usage: Usage,
): readonly Line[] {
  return Object.entries(resources).flatMap(([resource, { Type, Properties = {} }]) => {
    const rule = RULES[Type];
    if (rule === undefined && FREE[Type] === undefined)
      throw new Error(
        `Nothing is known of the cost of ${Type} (${stack}/${resource}): give it a rule in ` +
          'cost/estimate/pricing-rules.ts, or a reason in cost/estimate/free-resources.ts.',
      );
    const parts = rule?.(Properties, { usage }) ?? [];
    return parts.map((part) => priceLine(prices, { stack, resource, type: Type }, part));
  });
}
