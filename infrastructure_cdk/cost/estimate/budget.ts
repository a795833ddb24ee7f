import type { EnvironmentName } from '../../lib/config/config.ts';
import type { Estimate } from './estimate.ts';
import { formatUsd } from './money.ts';

interface Growth {
  readonly what: string;
  readonly micros: number;
}

/** Micro-dollars by kind of resource. */
export function byKind({ lines }: Pick<Estimate, 'lines'>): Readonly<Record<string, number>> {
  const kinds: Record<string, number> = {};
  for (const { type, what, micros } of lines) {
    const kind = type === 'Kubernetes' ? `Kubernetes: ${what.replace(/^\d+ × /, '')}` : type;
    kinds[kind] = (kinds[kind] ?? 0) + micros;
  }
  return kinds;
}

/** The kinds that grew, largest growth first. */
function growth(
  before: Readonly<Record<string, number>>,
  after: Readonly<Record<string, number>>,
): readonly Growth[] {
  return Object.entries(after)
    .map(([what, micros]) => ({ what, micros: micros - (before[what] ?? 0) }))
    .filter(({ micros }) => micros > 0)
    .toSorted((a, b) => b.micros - a.micros);
}

/** @returns a message that names what grew since the budget was agreed on; undefined within the budget */
export function overBudget(
  environment: EnvironmentName,
  { lines, totalMicros }: Pick<Estimate, 'lines' | 'totalMicros'>,
  budget: { readonly usd: number; readonly kinds: Readonly<Record<string, number>> },
): string | undefined {
  if (totalMicros <= budget.usd * 1e6) return undefined;
  const grown = growth(budget.kinds, byKind({ lines }));
  const shown = grown.slice(0, 3).map(({ what, micros }) => `${what} +${formatUsd(micros)}`);
  return (
    `${environment} would cost ${formatUsd(totalMicros)} a month, over its budget of ` +
    `${formatUsd(budget.usd * 1e6)}. What grew: ${shown.join(', ') || 'nothing: the budget shrank'}.`
  );
}
