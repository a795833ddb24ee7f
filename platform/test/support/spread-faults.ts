import type { Fault } from './faults.ts';

const BACKEND = 'Deployment backend-deployment';
const FRONTEND = 'Deployment frontend-deployment';
const CONSTRAINTS = 'spec/template/spec/topologySpreadConstraints';
const SPREAD = `${CONSTRAINTS}/0`;

/** Faults in the spread over zones and nodes, as in FAULTS. */
export const SPREAD_FAULTS: readonly Fault[] = [
  ['spread', FRONTEND, `${SPREAD}/whenUnsatisfiable`, 'ScheduleAnyway', '2 pods can all be in one'],
  ['spread', BACKEND, SPREAD, undefined, '3 pods can all be in one zone after a rollout'],
  [
    'spread',
    FRONTEND,
    `${SPREAD}/minDomains`,
    undefined,
    '2 pods can all be in one zone when nodes come one zone after another',
  ],
  [
    'spread',
    BACKEND,
    `${SPREAD}/minDomains`,
    3,
    '1 of 3 pods can stay pending when a zone is lost',
  ],
  [
    'spread',
    BACKEND,
    `${SPREAD}/nodeTaintsPolicy`,
    undefined,
    '1 of 3 pods can stay pending while the nodes of a lost zone are still there',
  ],
  ['spread', FRONTEND, `${SPREAD}/maxSkew`, 2, '2 pods can all be in one zone after a rollout'],
  [
    'spread',
    FRONTEND,
    `${SPREAD}/matchLabelKeys`,
    undefined,
    '2 pods can all be in one zone after a rollout in two zones',
  ],
  ['spread', FRONTEND, `${SPREAD}/whenUnsatisfiable`, 'ScheduleAnyway', 'minDomains 2 with'],
  ['spread', FRONTEND, `${SPREAD}/labelSelector`, undefined, 'does not count its own pods'],
  ['spread', FRONTEND, `${SPREAD}/labelSelector`, {}, 'counts the pods of backend-deployment'],
  [
    'spread',
    FRONTEND,
    `${SPREAD}/matchLabelKeys/-`,
    'app.kubernetes.io/name',
    'selects pods by app.kubernetes.io/name twice',
  ],
  [
    'spread',
    FRONTEND,
    `${SPREAD}/topologyKey`,
    'topology.kubernetes.io/region',
    'must spread over',
  ],
  [
    'spread',
    FRONTEND,
    `${CONSTRAINTS}/1/topologyKey`,
    'topology.kubernetes.io/zone',
    'several constraints on topology.kubernetes.io/zone',
  ],
  [
    'spread',
    FRONTEND,
    'spec/template/spec/nodeSelector',
    { 'topology.kubernetes.io/zone': 'us-west-2a' },
    'chooses nodes by nodeSelector too',
  ],
  [
    'spread',
    FRONTEND,
    'spec/template/spec/tolerations',
    [{ operator: 'Exists' }],
    'chooses nodes by tolerations too',
  ],
  ['spread', FRONTEND, 'spec/strategy/rollingUpdate/maxUnavailable', undefined, 'stops 25% of its'],
  ['spread', FRONTEND, 'spec/strategy', { type: 'Recreate' }, 'replaces its pods by Recreate'],
  [
    'spread',
    FRONTEND,
    `${CONSTRAINTS}/1/whenUnsatisfiable`,
    'DoNotSchedule',
    'one full node makes pods wait',
  ],
  [
    'spread',
    'HorizontalPodAutoscaler frontend-hpa',
    'spec/minReplicas',
    1,
    '1 of 2 pods can stay pending on a cluster of one node',
  ],
];
