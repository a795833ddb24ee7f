import type { Suppression } from './suppressions.ts';
import type { Finding } from './tools.ts';

export interface Evaluation {
  readonly rejected: readonly Finding[];
  /** Number of findings that a suppression covers. */
  readonly suppressedCount: number;
  /** Suppressions without a finding, to be removed. */
  readonly unused: readonly Suppression[];
}

export function evaluate(
  findings: readonly Finding[],
  suppressions: readonly Suppression[],
): Evaluation {
  const used = new Set<Suppression>();
  const rejected = findings.filter(({ rule, resource }) => {
    const suppression = suppressions.find(
      (each) => each.rule === rule && each.resources.test(resource),
    );
    if (suppression) used.add(suppression);
    return suppression === undefined;
  });
  return {
    rejected,
    suppressedCount: findings.length - rejected.length,
    unused: suppressions.filter((each) => !used.has(each)),
  };
}
