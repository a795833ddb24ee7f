// Whether nodes can be drained, and how many pods of a service that may stop at once.

import type { Deployment, Manifest, PodDisruptionBudget } from '../../manifests/kinds.ts';
import { podNumbers } from '../../manifests/pod-numbers.ts';
import { selects } from '../../manifests/select.ts';

/**
 * Exactly one budget: an eviction of a pod with "more than one PodDisruptionBudget" answers 500 (Kubernetes, "API-initiated
 * Eviction"; pkg/registry/core/pod/storage/eviction.go). "A null selector will match no pods" (API
 * reference, PodDisruptionBudgetSpec).
 */
export function findDisruptionProblems(
  manifests: readonly Manifest[],
  deployment: Deployment,
): string[] {
  const { metadata, spec } = deployment;
  const budgets = manifests
    .filter((each) => each.kind === 'PodDisruptionBudget')
    .filter((each) => each.metadata.namespace === metadata.namespace)
    .filter(
      ({ spec: { selector } }) =>
        selector !== undefined && selects(selector, spec.template.metadata.labels),
    );
  const [budget] = budgets;
  if (!budget || budgets.length > 1) return [`has ${budgets.length} disruption budgets`];
  return inBudget(budget, podNumbers(manifests, deployment).least);
}

/**
 * Kubernetes, "Specifying a Disruption Budget for your Application": a percentage is rounded up, and 0 blocks every
 * drain, as does a minAvailable of all pods. With the default policy, IfHealthyBudget, so do pods that never get ready.
 */
function inBudget({ spec }: PodDisruptionBudget, pods: number): string[] {
  const { maxUnavailable, minAvailable, unhealthyPodEvictionPolicy } = spec;
  if (maxUnavailable === undefined || minAvailable !== undefined)
    return ['has a disruption budget without maxUnavailable'];
  const stopped =
    typeof maxUnavailable === 'number'
      ? maxUnavailable
      : Math.ceil((pods * Number.parseInt(maxUnavailable, 10)) / 100);
  return [
    ...(stopped >= 1 ? [] : ['has a disruption budget that blocks every drain of a node']),
    ...(stopped < pods || pods === 1
      ? []
      : [`has a disruption budget that lets all ${pods} pods stop at once`]),
    ...(unhealthyPodEvictionPolicy === 'AlwaysAllow'
      ? []
      : ['has a disruption budget by which pods that are not ready block a drain']),
  ];
}
