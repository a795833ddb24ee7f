// The Pod Security Standard "restricted" of Kubernetes 1.36 (Kubernetes, "Pod Security Standards", which lists each
// control, its fields and its values).

import type { Manifest } from '../manifests/kinds.ts';
import type { Container, PodSpec, SecurityContext, Volume } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

const VOLUMES = [
  'configMap',
  'csi',
  'downwardAPI',
  'emptyDir',
  'ephemeral',
  'persistentVolumeClaim',
  'projected',
  'secret',
];
const SAFE_SYSCTLS =
  /^(kernel\.shm_rmid_forced|net\.ipv4\.(ip_local_port_range|ip_unprivileged_port_start|tcp_syncookies|ping_group_range|ip_local_reserved_ports|tcp_keepalive_(time|intvl|probes)|tcp_fin_timeout|tcp_rmem|tcp_wmem))$/;
const APP_ARMOR = /^(|RuntimeDefault|Localhost)$/;
const SELINUX_TYPES = [
  '',
  'container_t',
  'container_init_t',
  'container_kvm_t',
  'container_engine_t',
];

export function findPodSecurityProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template: { spec } }) => {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const problems = [
      ...inPod(spec),
      ...(spec.volumes ?? []).flatMap(inVolume),
      ...containers.flatMap((container) => inContainer(container, spec.securityContext ?? {})),
    ];
    return problems.map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
  });
}

function inPod(spec: PodSpec): string[] {
  const { hostNetwork, hostPID, hostIPC, securityContext = {} } = spec;
  return [
    ...(hostNetwork || hostPID || hostIPC ? ['shares a host namespace'] : []),
    // Also if every container overrides it.
    ...(securityContext.runAsUser === 0 ? ['runs as root'] : []),
    ...inAnyContext(securityContext),
  ];
}

function inVolume(volume: Volume): string[] {
  const kinds = Object.keys(volume).filter((key) => key !== 'name');
  const refused = kinds.filter((kind) => !VOLUMES.includes(kind));
  return refused.map((kind) => `volume ${volume.name} has the forbidden type ${kind}`);
}

function inContainer(container: Container, pod: SecurityContext): string[] {
  const own = container.securityContext ?? {};
  const { drop = [], add = [] } = own.capabilities ?? {};
  const seccomp = own.seccompProfile ?? pod.seccompProfile;
  const rules: [boolean, string][] = [
    [own.privileged === true, 'is privileged'],
    [own.allowPrivilegeEscalation !== false, 'may gain privileges'],
    [!drop.includes('ALL'), 'does not drop all capabilities'],
    [add.some((each) => each !== 'NET_BIND_SERVICE'), 'adds a capability'],
    [(own.runAsNonRoot ?? pod.runAsNonRoot) !== true, 'may run as root'],
    [(own.runAsUser ?? pod.runAsUser) === 0, 'runs as root'],
    [!/^(RuntimeDefault|Localhost)$/.test(seccomp?.type ?? ''), 'has no seccomp profile'],
    [(own.procMount ?? 'Default') !== 'Default', 'has an unmasked /proc'],
    [(container.ports ?? []).some(({ hostPort }) => hostPort), 'uses a host port'],
    [asksAnotherHost(container), 'sends a probe or a hook to another host'],
  ];
  const problems = [
    ...rules.flatMap(([wrong, text]) => (wrong ? [text] : [])),
    ...inAnyContext(own),
  ];
  return problems.map((problem) => `container ${container.name} ${problem}`);
}

/** "Host Probes / Lifecycle Hooks (v1.34+)": the kubelet would send the request from the node. */
function asksAnotherHost(container: Container): boolean {
  const { startupProbe, livenessProbe, readinessProbe, lifecycle = {} } = container;
  const handlers = [
    startupProbe,
    livenessProbe,
    readinessProbe,
    lifecycle.preStop,
    lifecycle.postStart,
  ];
  return handlers.some((handler) => handler?.httpGet?.host || handler?.tcpSocket?.host);
}

/** Fields that both pods and containers have. */
function inAnyContext(context: SecurityContext): string[] {
  const { seLinuxOptions = {}, appArmorProfile, windowsOptions, sysctls = [] } = context;
  const { type = '', user = '', role = '' } = seLinuxOptions;
  const rules: [boolean, string][] = [
    [windowsOptions?.hostProcess === true, 'is a host process'],
    [!APP_ARMOR.test(appArmorProfile?.type ?? ''), 'has no AppArmor profile'],
    [context.seccompProfile?.type === 'Unconfined', 'is not confined by seccomp'],
    [!SELINUX_TYPES.includes(type) || user !== '' || role !== '', 'changes its SELinux label'],
    [sysctls.some(({ name }) => !SAFE_SYSCTLS.test(name)), 'sets an unsafe sysctl'],
  ];
  return rules.flatMap(([wrong, text]) => (wrong ? [text] : []));
}
