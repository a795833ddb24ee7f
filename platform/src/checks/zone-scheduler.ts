// Where kube-scheduler may put pods over zones: its filter PodTopologySpread (kubernetes,
// pkg/scheduler/framework/plugins/podtopologyspread/filtering.go; Kubernetes documentation, "Pod Topology Spread
// Constraints"). Nodes are taken to have room. Karpenter, and so EKS Auto Mode, starts nodes by the same rule, but
// counts the zones where it could start one (kubernetes-sigs/karpenter, scheduling/topology.go).

import type { SpreadConstraint } from '../manifests/pod.ts';

/** Of a zone's nodes: none, all tainted (lost or cordoned), or usable. */
export type ZoneState = 'empty' | 'tainted' | 'usable';

/** Pods by zone. */
export type Counts = readonly number[];

/**
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
