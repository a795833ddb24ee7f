import type { Accepted } from './suppressions.ts';
import type { Finding } from './tools.ts';

export interface Judgement {
  readonly refused: readonly Finding[];
  /** How many were accepted, with a reason for each. */
  readonly acceptedCount: number;
  /** Accepted, and not found anywhere any more: to be taken out. */
  readonly idle: readonly Accepted[];
}

export function judge(findings: readonly Finding[], accepted: readonly Accepted[]): Judgement {
  const used = new Set<Accepted>();
  const refused = findings.filter(({ rule, resource }) => {
    const reason = accepted.find((each) => each.rule === rule && each.resources.test(resource));
    if (reason) used.add(reason);
    return reason === undefined;
  });
  return {
    refused,
    acceptedCount: findings.length - refused.length,
    idle: accepted.filter((each) => !used.has(each)),
  };
}
