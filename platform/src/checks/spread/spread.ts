// Whether deployments really spread over zones, and never wait for ever: tries every order in which nodes come, pods
// are placed and old pods stop.
//
// Not modeled: fewer pods. "There's no guarantee that the constraints remain satisfied when Pods are removed" (Kubernetes,
// "Pod Topology Spread Constraints", known limitations): an autoscaler that removes pods can leave all in one zone
// (decision 045).
// Assumption: no rollout begins while a zone is lost or another rollout runs.

import type { Deployment, Manifest } from '../../manifests/kinds.ts';
import type { SpreadConstraint } from '../../manifests/pod.ts';
import { podNumbers } from '../../manifests/pod-numbers.ts';
import { findUnmodeled, HOST, ZONE } from './unmodeled.ts';
import {
  allowedZones,
  type Counts,
  reachable,
  total,
  withOneMore,
  type ZoneState,
} from './zone-scheduler.ts';

const ZONES = [0, 1, 2] as const;
const ALL_ZONES: readonly ZoneState[] = ['usable', 'usable', 'usable'];
const TWO_ZONES: readonly ZoneState[] = ['usable', 'usable', 'empty'];
const ONE_ZONE: readonly ZoneState[] = ['usable', 'empty', 'empty'];
const NO_PODS: Counts = [0, 0, 0];

interface Outcome {
  readonly situation: string;
  /** Placements after which nothing more can happen. */
  readonly ends: readonly Counts[];
}

export function findSpreadProblems(manifests: readonly Manifest[]): string[] {
  return manifests
    .filter((manifest) => manifest.kind === 'Deployment')
    .flatMap((deployment) => {
      const problems = [
        ...findUnmodeled(manifests, deployment),
        ...inDeployment(deployment, podNumbers(manifests, deployment)),
      ];
      return problems.map((problem) => `Deployment ${deployment.metadata.name}: ${problem}`);
    });
}

/** Tries every number of pods that the autoscaler may set. */
function inDeployment(
  { spec }: Deployment,
  { least, most }: { readonly least: number; readonly most: number },
): string[] {
  const { topologySpreadConstraints = [] } = spec.template.spec;
  const over = (key: string) =>
    topologySpreadConstraints.find(({ topologyKey }) => topologyKey === key);
  const constraint = over(ZONE);
  const surge = spec.strategy?.rollingUpdate?.maxSurge ?? '25%';
  const problems = Array.from({ length: most - least + 1 }, (_, index) => least + index).flatMap(
    (pods) =>
      least === 1
        ? findPending(onOneNode(constraint, pods), pods)
        : situations(constraint, pods, surge).flatMap((outcome) => [
            ...findPending(outcome, pods),
            ...findCrowded(outcome, pods),
          ]),
  );
  return [
    ...problems,
    ...(over(HOST)?.whenUnsatisfiable === 'DoNotSchedule'
      ? ['must spread over nodes, where one full node makes pods wait']
      : []),
  ];
}

function findPending({ situation, ends }: Outcome, pods: number): string[] {
  const least = Math.min(...ends.map(total));
  return least === pods ? [] : [`${pods - least} of ${pods} pods can stay pending ${situation}`];
}

function findCrowded({ situation, ends }: Outcome, pods: number): string[] {
  const isCrowded = ends.some((counts) => total(counts) === pods && Math.max(...counts) === pods);
  return isCrowded ? [`${pods} pods can all be in one zone ${situation}`] : [];
}

function situations(
  constraint: SpreadConstraint | undefined,
  pods: number,
  maxSurge: string | number,
): Outcome[] {
  const started = whileZonesCome(constraint, pods);
  return [
    { situation: 'when nodes come one zone after another', ends: started },
    {
      situation: 'while the nodes of a lost zone are still there',
      ends: withoutZone(constraint, pods, started, 'tainted'),
    },
    {
      situation: 'when a zone is lost',
      ends: withoutZone(constraint, pods, started, 'empty'),
    },
    {
      situation: 'after a rollout',
      ends: rolledOut(constraint, pods, ALL_ZONES, started, maxSurge),
    },
    {
      situation: 'after a rollout in two zones',
      ends: rolledOut(
        constraint,
        pods,
        TWO_ZONES,
        placed(constraint, pods, TWO_ZONES, [NO_PODS]),
        maxSurge,
      ),
    },
  ];
}

function onOneNode(constraint: SpreadConstraint | undefined, pods: number): Outcome {
  const ends = placed(constraint, pods, ONE_ZONE, [NO_PODS]);
  return { situation: 'on a cluster of one node', ends };
}

/** Places pods until there are enough, or none fits. */
function placed(
  constraint: SpreadConstraint | undefined,
  pods: number,
  zones: readonly ZoneState[],
  first: readonly Counts[],
): Counts[] {
  const next = (counts: Counts) =>
    total(counts) === pods
      ? []
      : allowedZones(constraint, zones, counts).map((zone) => withOneMore(counts, zone));
  return reachable(first, next).filter((counts) => next(counts).length === 0);
}

/** Any number of pods may be placed before the next zone has its first node. */
function whileZonesCome(constraint: SpreadConstraint | undefined, pods: number): Counts[] {
  interface State {
    readonly counts: Counts;
    readonly zones: number;
  }
  const next = ({ counts, zones }: State): State[] => [
    ...(zones < ZONES.length ? [{ counts, zones: zones + 1 }] : []),
    ...(total(counts) === pods
      ? []
      : allowedZones(
          constraint,
          ZONES.map((zone) => (zone < zones ? 'usable' : 'empty')),
          counts,
        ).map((zone) => ({ counts: withOneMore(counts, zone), zones }))),
  ];
  return reachable([{ counts: NO_PODS, zones: 0 }], next)
    .filter((state) => next(state).length === 0)
    .map(({ counts }) => counts);
}

function withoutZone(
  constraint: SpreadConstraint | undefined,
  pods: number,
  started: readonly Counts[],
  lostState: 'tainted' | 'empty',
): Counts[] {
  return ZONES.flatMap((lost) => {
    const zones = ZONES.map((zone): ZoneState => (zone === lost ? lostState : 'usable'));
    const left = started.map((counts) => counts.map((count, zone) => (zone === lost ? 0 : count)));
    return placed(constraint, pods, zones, left);
  });
}

/**
 * With maxUnavailable 0: a new pod comes while the surge allows it, and any old one stops while there are too many. A
 * percentage of surge is rounded up. Terminating pods count neither for the surge (Kubernetes, "Deployments", "Rolling
 * Update Deployment") nor for the spread (countPodsMatchSelector in podtopologyspread/common.go).
 *
 * Assumption: which old pod stops is unknown, though the ReplicaSet controller prefers crowded nodes and young pods
 * (Kubernetes, "ReplicaSet", "Scaling a ReplicaSet").
 */
function rolledOut(
  constraint: SpreadConstraint | undefined,
  pods: number,
  zones: readonly ZoneState[],
  started: readonly Counts[],
  maxSurge: string | number,
): Counts[] {
  interface State {
    readonly old: Counts;
    readonly now: Counts;
  }
  const surge =
    typeof maxSurge === 'number'
      ? maxSurge
      : Math.ceil((pods * Number.parseInt(maxSurge, 10)) / 100);
  const isByRelease = constraint?.matchLabelKeys?.includes('pod-template-hash') === true;
  const next = ({ old, now }: State): State[] => {
    const running = total(old) + total(now);
    const counted = isByRelease ? now : now.map((count, zone) => count + (old[zone] ?? 0));
    const starts =
      total(now) < pods && running < pods + surge
        ? allowedZones(constraint, zones, counted).map((zone) => ({
            old,
            now: withOneMore(now, zone),
          }))
        : [];
    const stops = ZONES.filter((zone) => running > pods && (old[zone] ?? 0) > 0).map((zone) => ({
      old: old.map((count, each) => (each === zone ? count - 1 : count)),
      now,
    }));
    return [...starts, ...stops];
  };
  const first = started.map((old) => ({ old, now: NO_PODS }));
  return reachable(first, next)
    .filter((state) => next(state).length === 0)
    .map(({ now }) => now);
}
