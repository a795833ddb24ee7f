import { expect, it } from 'vitest';
import { findAgreementProblems } from '../src/checks/code-agreement.ts';
import { findConfigurationProblems } from '../src/checks/configuration.ts';
import { findUsageProblems } from '../src/checks/database-program.ts';
import { findLifecycleProblems } from '../src/checks/lifecycle.ts';
import { findReferenceProblems } from '../src/checks/references.ts';
import { findScheduleProblems } from '../src/checks/scaling.ts';
import type { Manifest } from '../src/manifests/kinds.ts';
import { readManifests } from '../src/manifests/read.ts';
import { TARGETS } from '../src/targets.ts';
import { withChange } from './support/change.ts';

const CHECKS = {
  references: findReferenceProblems,
  configuration: findConfigurationProblems,
  usage: findUsageProblems,
  agreement: findAgreementProblems,
  lifecycle: findLifecycleProblems,
  schedule: findScheduleProblems,
} satisfies Record<string, (manifests: readonly Manifest[]) => string[] | Promise<string[]>>;

const production = readManifests('production');

for (const [name, find] of Object.entries(CHECKS)) {
  it.each(Object.keys(TARGETS))(`${name}: nothing is wrong with %s`, async (target) => {
    expect(await find(readManifests(target))).toEqual([]);
  });
}

const BACKEND = 'Deployment backend-deployment';
const FRONTEND = 'Deployment frontend-deployment';
const BACKUP = 'CronJob database-backup';
const INGRESS = 'Ingress carthub-ingress';
const OWNER = 'SecretProviderClass database-owner';
const CONFIG = production.find(({ metadata }) => metadata.name.startsWith('backend-config'));
const BACKEND_CONFIG = `ConfigMap ${CONFIG?.metadata.name}`;
const POD = 'spec/template/spec';
const JOB = 'spec/jobTemplate/spec';
const ALB = 'metadata/annotations/alb.ingress.kubernetes.io~1';

type Fault = [keyof typeof CHECKS, string, string, unknown, string];
const FAULTS: Fault[] = [
  ['references', 'Service backend', 'spec/selector', { app: 'backend' }, 'pods of 0 deployments'],
  ['references', 'Service backend', 'spec/selector', {}, 'pods of 2 deployments'],
  ['references', 'Service backend', 'spec/ports/0/targetPort', 'web', 'no container has the port'],
  ['references', 'Service frontend', 'spec/ports/0/targetPort', 80, 'no container has the port'],
  ['references', INGRESS, 'spec/rules/0/http/paths/0/backend/service/name', 'shop', 'no port'],
  ['references', INGRESS, 'spec/rules/0/http/paths/0/backend/service/port/name', 'web', 'no port'],
  [
    'references',
    'HorizontalPodAutoscaler backend-hpa',
    'spec/scaleTargetRef/name',
    'backend',
    'scales nothing',
  ],
  [
    'references',
    'PodDisruptionBudget backend',
    'spec/selector/matchLabels',
    { app: 'backend' },
    'protects no pods',
  ],
  [
    'references',
    'ServiceMonitor carthub-backend',
    'spec/endpoints/0/port',
    'metrics',
    'has a port metrics',
  ],
  [
    'references',
    'ServiceMonitor carthub-frontend',
    'spec/selector/matchLabels',
    { app: 'frontend' },
    'no service that it selects',
  ],
  ['references', 'RoleBinding scaler', 'roleRef/name', 'scale', 'binds no role'],
  ['references', 'RoleBinding scaler', 'subjects/0/name', 'default', 'no service account'],
  ['references', 'Role scaler', 'rules/0/resourceNames', undefined, 'rights on *'],
  ['references', 'Role scaler', 'rules/0/resourceNames/0', 'frontend', 'which is no autoscaler'],
  ['references', BACKEND, 'spec/selector/matchLabels', { app: 'backend' }, 'select its own pods'],
  ['references', BACKEND, `${POD}/serviceAccountName`, 'api', 'no service account api'],
  [
    'references',
    BACKEND,
    `${POD}/containers/0/envFrom/0/configMapRef/name`,
    'backend-config',
    'no ConfigMap',
  ],
  [
    'references',
    BACKEND,
    `${POD}/volumes/1/csi/volumeAttributes/secretProviderClass`,
    'database',
    'no SecretProviderClass',
  ],
  ['references', BACKEND, `${POD}/volumes/0`, undefined, 'there is no volume tmp'],
  ['references', BACKEND, `${POD}/containers/0/volumeMounts/0`, undefined, 'nobody mounts'],
  [
    'references',
    BACKEND,
    `${POD}/topologySpreadConstraints/0/labelSelector/matchLabels`,
    { app: 'x' },
    'spreads other pods',
  ],

  ['configuration', BACKEND_CONFIG, 'data/DB_POOLMAX', '5', 'reads no DB_POOLMAX'],
  ['configuration', BACKEND_CONFIG, 'data/DB_POOL_MAX', 'five', 'DB_POOL_MAX'],
  ['configuration', BACKEND_CONFIG, 'data/LOG_LEVEL', 'verbose', 'LOG_LEVEL'],
  ['configuration', BACKEND_CONFIG, 'data/OIDC_AUDIENCE', '', 'OIDC_AUDIENCE'],
  ['configuration', BACKEND, `${POD}/containers/0/env/1`, undefined, 'GUEST_TOKEN_SECRET'],
  [
    'configuration',
    BACKEND,
    `${POD}/containers/0/env/1/value`,
    '/mnt/secrets/session/key',
    'nothing is mounted',
  ],
  [
    'configuration',
    BACKEND,
    `${POD}/containers/0/volumeMounts/1/mountPath`,
    '/mnt/db',
    'nothing is mounted as',
  ],
  [
    'configuration',
    OWNER,
    'spec/parameters/objects',
    '- { objectName: a, objectAlias: url }',
    'nothing is mounted as',
  ],
  [
    'configuration',
    FRONTEND,
    `${POD}/containers/0/env`,
    [{ name: 'API_URL', value: 'x' }],
    'reads no API_URL',
  ],
  ['configuration', 'Service backend', 'metadata/name', 'api', 'is no service'],
  ['configuration', 'Service backend', 'spec/ports/0/port', 80, 'is no service'],

  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/0`, 'back-up', 'unknown command'],
  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/1`, '--into', 'required option'],
  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/4`, 'many', 'invalid'],
  [
    'usage',
    'ConfigMap database-config',
    'data/BACKUP_PLACE',
    undefined,
    'no variable for $(BACKUP_PLACE)',
  ],
  [
    'usage',
    'ConfigMap database-config',
    'data/MIGRATION_LOCK_TIMEOUT_MS',
    '1s',
    'MIGRATION_LOCK_TIMEOUT_MS',
  ],
  ['usage', 'ConfigMap database-config', 'data/DATABASE_TLS', 'on', 'DATABASE_TLS'],

  ['agreement', BACKEND, `${POD}/containers/0/ports/0/containerPort`, 8080, 'not listen on 8080'],
  [
    'agreement',
    BACKEND,
    `${POD}/containers/0/livenessProbe/httpGet/path`,
    '/healthz',
    'not answer /healthz',
  ],
  [
    'agreement',
    BACKEND,
    `${POD}/containers/0/livenessProbe/httpGet/port`,
    'web',
    'does not declare',
  ],
  [
    'agreement',
    'ServiceMonitor carthub-backend',
    'spec/endpoints/0/path',
    '/prometheus',
    'not answer /prometheus',
  ],
  ['agreement', FRONTEND, `${POD}/containers/0/ports/0/containerPort`, 80, 'not listen on 80'],
  [
    'agreement',
    FRONTEND,
    `${POD}/containers/0/readinessProbe/httpGet/path`,
    '/ready',
    'not answer /ready',
  ],
  [
    'agreement',
    FRONTEND,
    `${POD}/containers/1/args/0`,
    '--nginx.scrape-uri=http://127.0.0.1:8080/status',
    'not answer /metrics',
  ],
  [
    'agreement',
    FRONTEND,
    `${POD}/containers/1/args/1`,
    '--web.listen-address=:9114',
    'not listen on 9113',
  ],

  ['lifecycle', BACKEND, `${POD}/terminationGracePeriodSeconds`, 15, 'is killed after 15 s'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_GRACE_MS', '30000', 'may need 40 s'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_LINGER_MS', '2000', 'nginx still keeps'],
  ['lifecycle', BACKEND_CONFIG, 'data/SHUTDOWN_LINGER_MS', undefined, 'nginx still keeps'],
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
    'pods that end after 10 s',
  ],
  ['lifecycle', INGRESS, `${ALB}ssl-policy`, 'ELBSecurityPolicy-2016-08', 'TLS 1.3'],
  ['lifecycle', INGRESS, `${ALB}target-type`, 'instance', 'by their addresses'],
  ['lifecycle', INGRESS, `${ALB}ssl-redirect`, undefined, 'HTTP to HTTPS'],
  ['lifecycle', INGRESS, `${ALB}listen-ports`, '[{"HTTP": 80}]', 'listen with HTTPS'],
  ['lifecycle', INGRESS, `${ALB}healthcheck-path`, '/', 'another health check'],
  [
    'lifecycle',
    INGRESS,
    `${ALB}load-balancer-attributes`,
    'idle_timeout.timeout_seconds=120',
    'longer than nginx',
  ],
  ['lifecycle', INGRESS, `${ALB}target-group-attributes`, '', 'sends requests for NaN s'],
  ['lifecycle', INGRESS, 'spec/rules/0/host', 'other.example.com', 'host without TLS'],
  ['lifecycle', INGRESS, 'spec/ingressClassName', 'nginx', 'class alb'],
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
    'for ever',
  ],
  ['lifecycle', BACKUP, 'spec/concurrencyPolicy', 'Allow', 'beside itself'],
  ['lifecycle', BACKUP, 'spec/startingDeadlineSeconds', undefined, 'deadline to start'],
  ['lifecycle', BACKUP, 'spec/schedule', 'nightly', 'no schedule'],
  ['lifecycle', BACKUP, `${JOB}/activeDeadlineSeconds`, undefined, 'deadline to end'],

  ['schedule', 'CronJob scale-for-day', 'spec/schedule', '0 7-21 * * *', 'have the hours'],
  ['schedule', 'CronJob scale-for-night', 'spec/timeZone', 'Etc/UTC', 'two time zones'],
  ['schedule', 'HorizontalPodAutoscaler backend-hpa', 'spec/minReplicas', 4, 'by day 3'],
  [
    'schedule',
    'CronJob scale-for-night',
    `${JOB}/template/spec/containers/0/args/4`,
    '--patch={"spec":{"minReplicas":5}}',
    'by night 5',
  ],
  [
    'schedule',
    'CronJob scale-for-night',
    `${JOB}/template/spec/containers/0/args/2`,
    'horizontalpodautoscaler/web',
    'by night undefined',
  ],
  ['schedule', 'CronJob scale-for-night', 'metadata/name', 'scale-down', 'a day and a night'],
];

it.each(FAULTS)('%s finds a fault: %s, %s = %j', async (check, object, pointer, value, problem) => {
  const problems = await CHECKS[check](withChange(production, [object, pointer, value]));
  expect(problems).toContainEqual(expect.stringContaining(problem));
});
