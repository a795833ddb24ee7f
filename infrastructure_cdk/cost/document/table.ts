import { formatUsd } from '../estimate/money.ts';
import { assumedCost, type Line } from '../estimate/price-template.ts';

/** The lines that cost something, most expensive first, then the total per month and per 1,000 orders. */
export function toTable(
  environment: string,
  region: string,
  pricesAsOf: string,
  lines: readonly Line[],
  totalMicros: number,
  orders: number,
): string {
  const billed = lines.filter(({ micros }) => micros > 0).toSorted((a, b) => b.micros - a.micros);
  const rows = billed.map(
    ({ stack, resource, what, micros }) =>
      `${formatUsd(micros).padStart(10)}  ${what} (${stack}/${resource})`,
  );
  const assumed = assumedCost(lines);
  const perThousand = formatUsd(Math.round((totalMicros * 1000) / orders));
  return [
    `${environment} in ${region}, a month, prices as of ${pricesAsOf}`,
    ...rows,
    `${formatUsd(totalMicros).padStart(10)}  in all: ${perThousand} for 1,000 of ${orders} orders`,
    `${formatUsd(assumed.micros).padStart(10)}  of it at assumed prices: ${assumed.prices.join(', ')}`,
  ].join('\n');
}
