import { BACKEND_CONFIG, type Fault } from './faults.ts';

const BACKEND = 'Deployment backend-deployment';
const FRONTEND = 'Deployment frontend-deployment';
const BACKUP = 'CronJob database-backup';
const BUDGET = 'PodDisruptionBudget backend';
const INGRESS = 'Ingress carthub-ingress';
const POD = 'spec/template/spec';
const JOB = 'spec/jobTemplate/spec';
const ALB = 'metadata/annotations/alb.ingress.kubernetes.io~1';

/** Faults in how pods start, stop and are drained, and in Jobs, as in FAULTS. */
export const LIFECYCLE_FAULTS: readonly Fault[] = [
  ['lifecycle', BACKEND, `${POD}/terminationGracePeriodSeconds`, 15, 'is killed after 15 s'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_GRACE_MS', '30000', 'may need 40 s'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_LINGER_MS', '2000', 'before nginx does'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_LINGER_MS', undefined, 'before nginx does'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_LINGER_MS', '9000', 'too little time'],
  [
    'lifecycle',
    FRONTEND,
    `${POD}/terminationGracePeriodSeconds`,
    undefined,
    'is killed after 30 s',
  ],
  [
    'lifecycle',
    FRONTEND,
    `${POD}/containers/0/lifecycle/preStop/sleep/seconds`,
    10,
    'pods that stop after 10 s',
  ],
  [
    'lifecycle',
    FRONTEND,
    `${POD}/containers/0/lifecycle/preStop`,
    { exec: { command: ['sleep', '30'] } },
    'frontend has a preStop of unknown duration (exec)',
  ],
  [
    'lifecycle',
    BACKEND,
    `${POD}/containers/0/lifecycle/preStop/sleep/seconds`,
    0,
    'stops after 0 s, while requests may come for 5 s',
  ],
  [
    'lifecycle',
    FRONTEND,
    `${POD}/containers/0/lifecycle/stopSignal`,
    'SIGTERM',
    "frontend overrides the image's STOPSIGNAL",
  ],
  [
    'lifecycle',
    FRONTEND,
    `${POD}/containers/0/lifecycle/preStop/sleep/seconds`,
    10,
    'knows of a stopping pod after 10 s, and it stops after 10 s',
  ],
  ['lifecycle', BACKEND, 'spec/progressDeadlineSeconds', 60, 'when pods may still start'],
  ['lifecycle', BACKEND, 'spec/minReadySeconds', 240, 'when pods may still start'],
  ['lifecycle', BUDGET, 'spec/selector', undefined, 'has 0 disruption budgets'],
  ['lifecycle', 'PodDisruptionBudget frontend', 'spec/selector', {}, 'has 2 disruption budgets'],
  ['lifecycle', BUDGET, 'spec/maxUnavailable', 0, 'blocks every drain'],
  ['lifecycle', BUDGET, 'spec/maxUnavailable', '67%', 'lets all 3 pods stop at once'],
  ['lifecycle', BUDGET, 'spec/minAvailable', 1, 'without maxUnavailable'],
  [
    'lifecycle',
    BUDGET,
    'spec/unhealthyPodEvictionPolicy',
    undefined,
    'pods that are not ready block a drain',
  ],
  ['lifecycle', INGRESS, `${ALB}ssl-policy`, 'ELBSecurityPolicy-2016-08', 'TLS 1.3'],
  ['lifecycle', INGRESS, `${ALB}target-type`, 'instance', 'pod addresses'],
  ['lifecycle', INGRESS, `${ALB}ssl-redirect`, undefined, 'HTTP to HTTPS'],
  ['lifecycle', INGRESS, `${ALB}listen-ports`, '[{"HTTP": 80}]', 'listen on HTTPS'],
  ['lifecycle', INGRESS, `${ALB}healthcheck-path`, '/', 'checks another path'],
  [
    'lifecycle',
    INGRESS,
    `${ALB}load-balancer-attributes`,
    'idle_timeout.timeout_seconds=120',
    'longer than nginx',
  ],
  ['lifecycle', INGRESS, `${ALB}target-group-attributes`, '', 'sends requests for NaN s'],
  ['lifecycle', INGRESS, 'spec/rules/0/host', 'other.example.com', 'host without TLS'],
  ['lifecycle', INGRESS, 'spec/ingressClassName', 'nginx', 'class than alb'],
  [
    'lifecycle',
    'Job database-migrate-2.0.0',
    'metadata/name',
    'database-migrate',
    'named after its image',
  ],
  [
    'lifecycle',
    'Job database-migrate-2.0.0',
    'spec/ttlSecondsAfterFinished',
    undefined,
    'is never deleted',
  ],
  ['lifecycle', BACKUP, 'spec/concurrencyPolicy', 'Allow', 'concurrently with itself'],
  ['lifecycle', BACKUP, 'spec/startingDeadlineSeconds', undefined, 'startingDeadlineSeconds'],
  ['lifecycle', BACKUP, 'spec/startingDeadlineSeconds', 9, 'startingDeadlineSeconds'],
  ['lifecycle', BACKUP, 'spec/timeZone', 'Local', 'no time zone'],
  ['lifecycle', BACKUP, 'metadata/name', 'b'.repeat(53), 'a name of more than 52'],
  ['lifecycle', BACKUP, `${JOB}/template/spec/restartPolicy`, 'Always', 'restartPolicy Always'],
  ...[
    'nightly',
    '60 3 * * *',
    '0 24 * * *',
    '0 3 0 * *',
    '0 3 * * 7',
    '*/0 * * * *',
    '5-3 * * * *',
  ].map((schedule): Fault => ['lifecycle', BACKUP, 'spec/schedule', schedule, 'no valid schedule']),
  ['lifecycle', BACKUP, `${JOB}/activeDeadlineSeconds`, undefined, 'activeDeadlineSeconds'],
];
