// Faults that the checks must find in the manifests of production: the check, the object, a JSON pointer, the new
// value (undefined removes), and a part of the problem's sentence.

import { readManifests } from '../../src/manifests/read.ts';

export type Check =
  | 'references'
  | 'configuration'
  | 'usage'
  | 'endpoints'
  | 'lifecycle'
  | 'schedule'
  | 'spread';

const BACKEND = 'Deployment backend-deployment';
const WORKER = 'Deployment worker-deployment';
const FRONTEND = 'Deployment frontend-deployment';
const BACKUP = 'CronJob database-backup';
const INGRESS = 'Ingress carthub-ingress';
const OWNER = 'SecretProviderClass database-owner';
const CONFIG = readManifests('production').find(({ metadata }) =>
  metadata.name.startsWith('backend-config'),
);
export const BACKEND_CONFIG = `ConfigMap ${CONFIG?.metadata.name}`;
const POD = 'spec/template/spec';
const JOB = 'spec/jobTemplate/spec';

export type Fault = readonly [Check, string, string, unknown, string];
export const FAULTS: readonly Fault[] = [
  ['references', 'Service backend', 'spec/selector', { app: 'backend' }, 'pods of 0 deployments'],
  ['references', 'Service backend', 'spec/selector', {}, 'pods of 0 deployments'],
  ['references', 'Service backend', 'spec/ports/0/targetPort', 'web', 'no container has a port'],
  ['references', 'Service frontend', 'spec/ports/0/targetPort', 80, 'no container has a port'],
  [
    'references',
    INGRESS,
    'spec/rules/0/http/paths/0/backend/service/name',
    'shop',
    'a service port',
  ],
  [
    'references',
    INGRESS,
    'spec/rules/0/http/paths/0/backend/service/port/name',
    'web',
    'a service port',
  ],
  [
    'references',
    'HorizontalPodAutoscaler backend-hpa',
    'spec/scaleTargetRef/name',
    'backend',
    'scales a deployment that does not exist',
  ],
  [
    'references',
    'PodDisruptionBudget backend',
    'spec/selector/matchLabels',
    { app: 'backend' },
    'selects no pods',
  ],
  ['references', 'PodDisruptionBudget backend', 'spec/selector', undefined, 'selects no pods'],
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
    'no selected service',
  ],
  ['references', 'RoleBinding scaler', 'roleRef/name', 'scale', 'a role that does not exist'],
  ['references', 'RoleBinding scaler', 'subjects/0/name', 'default', 'service account default'],
  ['references', 'Role scaler', 'rules/0/resourceNames', undefined, 'access to *'],
  [
    'references',
    'Role scaler',
    'rules/0/resourceNames/0',
    'frontend',
    'which is not an autoscaler',
  ],
  ['references', BACKEND, 'spec/selector/matchLabels', { app: 'backend' }, 'select its own pods'],
  ['references', BACKEND, `${POD}/serviceAccountName`, 'api', 'service account api does not exist'],
  [
    'references',
    BACKEND,
    `${POD}/containers/0/envFrom/0/configMapRef/name`,
    'backend-config',
    'ConfigMap backend-config does not exist',
  ],
  [
    'references',
    BACKEND,
    `${POD}/volumes/1/csi/volumeAttributes/secretProviderClass`,
    'database',
    'SecretProviderClass database does not exist',
  ],
  ['references', BACKEND, `${POD}/volumes/0`, undefined, 'volume tmp does not exist'],
  ['references', BACKEND, `${POD}/containers/0/volumeMounts/0`, undefined, 'is not mounted'],
  [
    'references',
    BACKEND,
    `${POD}/topologySpreadConstraints/0/labelSelector/matchLabels`,
    { app: 'x' },
    'selects other pods',
  ],
  [
    'references',
    BACKEND,
    `${POD}/topologySpreadConstraints/0/labelSelector`,
    undefined,
    'selects other pods',
  ],

  ['configuration', BACKEND_CONFIG, 'data/DB_POOLMAX', '5', 'does not read DB_POOLMAX'],
  ['configuration', BACKEND_CONFIG, 'data/DB_POOL_MAX', 'five', 'DB_POOL_MAX must be integer'],
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
  ['configuration', BACKEND_CONFIG, 'data/STRIPE_PUBLISHABLE_KEY', '', 'STRIPE_PUBLISHABLE_KEY'],
  ['configuration', WORKER, `${POD}/containers/0/env/4`, undefined, 'STRIPE_SECRET_KEY'],
  ['configuration', WORKER, `${POD}/containers/0/env/5`, undefined, 'STRIPE_WEBHOOK_SECRET'],
  [
    'references',
    WORKER,
    `${POD}/serviceAccountName`,
    'work',
    'service account work does not exist',
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
    'does not read API_URL',
  ],
  ['configuration', 'Service backend', 'metadata/name', 'api', 'is not a Service'],
  ['configuration', 'Service backend', 'spec/ports/0/port', 80, 'is not a Service'],

  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/0`, 'back-up', 'unknown command'],
  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/1`, '--into', "option '--into'"],
  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/1`, '--pg-bin', "property 'to'"],
  ['usage', BACKUP, `${JOB}/template/spec/containers/0/args/4`, 'many', 'keep must be integer'],
  [
    'usage',
    'ConfigMap database-config',
    'data/BACKUP_PLACE',
    undefined,
    'no variable for $(BACKUP_PLACE)',
  ],
  [
    'configuration',
    'ConfigMap database-config',
    'data/MIGRATION_LOCK_TIMEOUT_MS',
    '1s',
    'MIGRATION_LOCK_TIMEOUT_MS',
  ],
  ['configuration', 'ConfigMap database-config', 'data/DATABASE_TLS', 'on', 'DATABASE_TLS'],
  [
    'configuration',
    'ConfigMap database-config',
    'data/DATABASE_TSL',
    'off',
    'not read DATABASE_TSL',
  ],

  ['endpoints', BACKEND, `${POD}/containers/0/ports/0/containerPort`, 8080, 'not listen on 8080'],
  [
    'endpoints',
    BACKEND,
    `${POD}/containers/0/livenessProbe/httpGet/path`,
    '/healthz',
    'not serve /healthz',
  ],
  [
    'endpoints',
    BACKEND,
    `${POD}/containers/0/livenessProbe/httpGet/port`,
    'web',
    'does not declare',
  ],
  [
    'endpoints',
    'ServiceMonitor carthub-backend',
    'spec/endpoints/0/path',
    '/prometheus',
    'not serve /prometheus',
  ],
  [
    'endpoints',
    'ServiceMonitor carthub-worker',
    'spec/endpoints/0/path',
    '/events',
    'Deployment worker-deployment: worker does not serve /events',
  ],
  ['endpoints', FRONTEND, `${POD}/containers/0/ports/0/containerPort`, 80, 'not listen on 80'],
  [
    'endpoints',
    FRONTEND,
    `${POD}/containers/0/readinessProbe/httpGet/path`,
    '/ready',
    'not serve /ready',
  ],
  [
    'endpoints',
    FRONTEND,
    `${POD}/containers/1/args/0`,
    '--nginx.scrape-uri=http://127.0.0.1:8080/status',
    'not serve /metrics',
  ],
  [
    'endpoints',
    FRONTEND,
    `${POD}/containers/1/args/1`,
    '--web.listen-address=:9114',
    'not listen on 9113',
  ],

  ['schedule', 'CronJob scale-for-day', 'spec/schedule', '0 7-21 * * *', 'cover the hours'],
  ['schedule', 'CronJob scale-for-night', 'spec/timeZone', 'Etc/UTC', 'different time zones'],
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
