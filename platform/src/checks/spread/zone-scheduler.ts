// Where kube-scheduler may put pods over zones: its filter PodTopologySpread (kubernetes,
// pkg/scheduler/framework/plugins/podtopologyspread/filtering.go; Kubernetes documentation, "Pod Topology Spread
// Constraints"). Karpenter, and so EKS Auto Mode, starts nodes by the same rule, but counts the zones where it could
// start one (kubernetes-sigs/karpenter, scheduling/topology.go).
//
// Assumption: nodes have room, and no other rule (affinity, tolerations) chooses between them; unmodeled.ts refuses
// pods with such rules.

import type { SpreadConstraint } from '../../manifests/pod.ts';

/**
 * Of a zone's nodes: none, all tainted (lost or cordoned), or usable. Pods tolerate a lost node's taint of the effect
 * NoExecute for 300 s (admission DefaultTolerationSeconds), but not the one of NoSchedule that it has besides
 * (Kubernetes, "Taints and Tolerations", "Taint Nodes by Condition").
 */
export type ZoneState = 'empty' | 'tainted' | 'usable';

/** Pods by zone. */
export type Counts = readonly number[];

/**
 * skew = pods in the zone + the new one - the least of all eligible zones, which is 0 if there are fewer of them than
 * minDomains (filtering.go, Filter and minMatchNum). The defaults are minDomains 1 and nodeTaintsPolicy Ignore.
 *
 * @param counts of the pods that the constraint selects
 * @returns the zones that may take one more pod
 */
export function allowedZones(
  constraint: SpreadConstraint | undefined,
  zones: readonly ZoneState[],
  counts: Counts,
): number[] {
  const usable = zones.flatMap((state, zone) => (state === 'usable' ? [zone] : []));
  if (constraint?.whenUnsatisfiable !== 'DoNotSchedule') return usable;
  const { maxSkew, minDomains = 1, nodeTaintsPolicy = 'Ignore' } = constraint;
  const domains = zones.flatMap((state, zone) =>
    state === 'usable' || (state === 'tainted' && nodeTaintsPolicy === 'Ignore') ? [zone] : [],
  );
  const least =
    domains.length < minDomains ? 0 : Math.min(...domains.map((zone) => counts[zone] ?? 0));
  return usable.filter((zone) => (counts[zone] ?? 0) + 1 - least <= maxSkew);
}

export const total = (counts: Counts) => counts.reduce((sum, count) => sum + count, 0);

export function withOneMore(counts: Counts, zone: number): Counts {
  return counts.map((count, each) => (each === zone ? count + 1 : count));
}

/** Every state that can follow from the first ones, these included. */
export function reachable<State>(
  first: readonly State[],
  next: (state: State) => readonly State[],
): State[] {
  const known = new Map(first.map((state) => [JSON.stringify(state), state]));
  const open = [...known.values()];
  for (let state = open.pop(); state !== undefined; state = open.pop())
    for (const each of next(state)) {
      const key = JSON.stringify(each);
      if (!known.has(key)) {
        known.set(key, each);
        open.push(each);
      }
    }
  return [...known.values()];
}
