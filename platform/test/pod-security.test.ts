import { expect, it } from 'vitest';
import { findHouseRuleProblems } from '../src/checks/house-rules.ts';
import { findPodSecurityProblems } from '../src/checks/pod-security.ts';
import { readManifests } from '../src/manifests/read.ts';
import { TARGETS } from '../src/targets.ts';
import { withChange } from './support/change.ts';

const production = readManifests('production');
const BACKEND = 'Deployment backend-deployment';
const PRUNE = 'CronJob database-prune';
const POD = 'spec/template/spec';
const FIRST = `${POD}/containers/0`;
const CRON_POD = 'spec/jobTemplate/spec/template/spec';

it.each(Object.keys(TARGETS))(
  'every pod of %s meets the restricted standard and the house rules',
  (target) => {
    const manifests = readManifests(target);
    expect(findPodSecurityProblems(manifests)).toEqual([]);
    expect(findHouseRuleProblems(manifests)).toEqual([]);
  },
);

it.each([
  [BACKEND, `${POD}/hostNetwork`, true, 'host namespace'],
  [BACKEND, `${POD}/hostPID`, true, 'host namespace'],
  [BACKEND, `${POD}/volumes/-`, { name: 'etc', hostPath: { path: '/etc' } }, 'hostPath'],
  [BACKEND, `${POD}/securityContext/runAsNonRoot`, undefined, 'may run as root'],
  [BACKEND, `${POD}/securityContext/runAsUser`, 0, 'runs as root'],
  [BACKEND, `${POD}/securityContext/seccompProfile`, undefined, 'no seccomp profile'],
  [BACKEND, `${POD}/securityContext/sysctls`, [{ name: 'kernel.msgmax', value: '1' }], 'sysctl'],
  [BACKEND, `${POD}/securityContext/seLinuxOptions`, { type: 'spc_t' }, 'SELinux'],
  [BACKEND, `${POD}/securityContext/appArmorProfile`, { type: 'Unconfined' }, 'AppArmor'],
  [BACKEND, `${FIRST}/securityContext/privileged`, true, 'is privileged'],
  [BACKEND, `${FIRST}/securityContext/allowPrivilegeEscalation`, undefined, 'may gain privileges'],
  [BACKEND, `${FIRST}/securityContext/capabilities/drop`, ['NET_RAW'], 'drop all capabilities'],
  [BACKEND, `${FIRST}/securityContext/capabilities/add`, ['SYS_ADMIN'], 'adds a capability'],
  [BACKEND, `${FIRST}/securityContext/procMount`, 'Unmasked', '/proc'],
  [BACKEND, `${FIRST}/securityContext/windowsOptions`, { hostProcess: true }, 'host process'],
  [BACKEND, `${FIRST}/securityContext/seccompProfile`, { type: 'Unconfined' }, 'seccomp'],
  [BACKEND, `${FIRST}/ports/0/hostPort`, 8000, 'host port'],
  [BACKEND, `${FIRST}/livenessProbe/httpGet/host`, '169.254.169.254', 'to another host'],
  [
    BACKEND,
    `${FIRST}/lifecycle/postStart`,
    { tcpSocket: { port: 80, host: '10.0.4.1' } },
    'to another host',
  ],
  [
    BACKEND,
    `${POD}/securityContext/sysctls`,
    [{ name: 'net.ipv4.tcp_keepalive_all', value: '1' }],
    'sysctl',
  ],
  [
    'Deployment frontend-deployment',
    `${POD}/containers/1/securityContext`,
    undefined,
    'nginx-exporter',
  ],
  [PRUNE, `${CRON_POD}/containers/0/securityContext/privileged`, true, 'is privileged'],
  ['Job database-migrate-2.0.0', `${POD}/hostIPC`, true, 'host namespace'],
])('finds a violation of the restricted standard: %s, %s', (object, pointer, value, problem) => {
  const manifests = withChange(production, [object, pointer, value]);
  expect(findPodSecurityProblems(manifests)).toContainEqual(expect.stringContaining(problem));
});

it.each([
  [BACKEND, `${POD}/securityContext/runAsUser`, 1000, 'does not run as'],
  [BACKEND, `${POD}/automountServiceAccountToken`, undefined, 'has a token'],
  ['CronJob scale-for-day', `${CRON_POD}/automountServiceAccountToken`, false, 'lacks the token'],
  [BACKEND, `${POD}/volumes/0/emptyDir`, {}, 'no sizeLimit'],
  [BACKEND, `${FIRST}/image`, 'carthub/backend:latest', 'not tagged'],
  [BACKEND, `${FIRST}/image`, 'carthub/backend', 'not tagged'],
  [BACKEND, `${FIRST}/image`, 'carthub/backend:main', 'not tagged'],
  [BACKEND, `${FIRST}/image`, `registry/backend@sha256:${'a'.repeat(64)}`, 'not tagged'],
  [BACKEND, `${FIRST}/image`, `registry/backend:${'a'.repeat(40)}`, 'has no digest'],
  [
    BACKEND,
    `${FIRST}/securityContext/readOnlyRootFilesystem`,
    undefined,
    'write to its root file system',
  ],
  [BACKEND, `${FIRST}/resources/limits/memory`, undefined, 'limit for memory'],
  [BACKEND, `${FIRST}/volumeMounts/0/mountPath`, '/app', 'can write to /app'],
  [BACKEND, `${FIRST}/volumeMounts/1/readOnly`, undefined, 'can write to /mnt/secrets'],
  [BACKEND, `${FIRST}/startupProbe`, undefined, 'no startupProbe'],
  [BACKEND, `${FIRST}/livenessProbe/httpGet/path`, '/readyz', 'a database outage restarts pods'],
  [BACKEND, `${FIRST}/lifecycle`, undefined, 'no preStop'],
])('finds a violation of the house rules: %s, %s', (object, pointer, value, problem) => {
  const manifests = withChange(production, [object, pointer, value]);
  expect(findHouseRuleProblems(manifests)).toContainEqual(expect.stringContaining(problem));
});

it("finds the root user of a pod whose containers have others' ids", () => {
  const own = withChange(production, [BACKEND, `${FIRST}/securityContext/runAsUser`, 10_001]);
  const manifests = withChange(own, [BACKEND, `${POD}/securityContext/runAsUser`, 0]);
  expect(findPodSecurityProblems(manifests)).toContainEqual(`${BACKEND}: runs as root`);
});
