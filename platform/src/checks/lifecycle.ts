// What happens when pods come and go, and when Jobs run: who waits for whom, and for how long.

import { environmentOf } from '../manifests/container-environment.ts';
import type { CronJob, Deployment, Ingress, Job, Manifest } from '../manifests/kinds.ts';
import type { Container } from '../manifests/pod.ts';
import { readNginxConfiguration } from './nginx-configuration.ts';

const SPARE_SECONDS = 5;
const ALB = 'alb.ingress.kubernetes.io/';

export function findLifecycleProblems(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const problems = inObject(manifests, manifest);
    return problems.map((problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`);
  });
}

function inObject(manifests: readonly Manifest[], manifest: Manifest): string[] {
  if (manifest.kind === 'Deployment') return inDeployment(manifests, manifest);
  if (manifest.kind === 'Ingress') return inIngress(manifests, manifest);
  if (manifest.kind === 'Job') return inJob(manifest);
  if (manifest.kind === 'CronJob') return inCronJob(manifest);
  return [];
}

/** preStop and the program's own shutdown have to fit into the time until SIGKILL. */
function inDeployment(manifests: readonly Manifest[], { spec }: Deployment): string[] {
  const { containers, terminationGracePeriodSeconds = 30 } = spec.template.spec;
  const [main] = containers;
  if (!main) return [];
  const nginx = readNginxConfiguration();
  const { SHUTDOWN_GRACE_MS, SHUTDOWN_LINGER_MS } = environmentOf(manifests, main);
  const isFrontend = main.name === 'frontend';
  const shutdown = isFrontend ? nginx.shutdownSeconds : Number(SHUTDOWN_GRACE_MS) / 1000;
  const needed = preStopSeconds(main) + shutdown + SPARE_SECONDS;
  const rules: [boolean, string][] = [
    [
      terminationGracePeriodSeconds >= needed,
      `is killed after ${terminationGracePeriodSeconds} s, and may need ${needed} s`,
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) / 1000 > nginx.upstreamKeepaliveSeconds,
      'closes connections that nginx still keeps',
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) < Number(SHUTDOWN_GRACE_MS) / 2,
      'leaves its last requests too little time',
    ],
  ];
  return rules.flatMap(([right, text]) => (right ? [] : [text]));
}

function inIngress(manifests: readonly Manifest[], { metadata, spec }: Ingress): string[] {
  const annotation = (name: string) => metadata.annotations?.[`${ALB}${name}`] ?? '';
  const seconds = (list: string, name: string) =>
    Number(new RegExp(`${name}\\.timeout_seconds=(\\d+)`).exec(annotation(list))?.[1]);
  const frontend = manifests
    .filter((each) => each.kind === 'Deployment')
    .find((each) => each.metadata.name === 'frontend-deployment');
  const [main] = frontend?.spec.template.spec.containers ?? [];
  if (!main) return ['there is no storefront'];
  const deregistration = seconds('target-group-attributes', 'deregistration_delay');
  const hosts = (spec.rules ?? []).map(({ host = '' }) => host);
  const secured = (spec.tls ?? []).flatMap((tls) => tls.hosts ?? []);
  const rules: [boolean, string][] = [
    [spec.ingressClassName === 'alb', 'is not of the class alb'],
    [annotation('target-type') === 'ip', 'does not reach pods by their addresses'],
    [/TLS13/.test(annotation('ssl-policy')), 'does not offer TLS 1.3'],
    [annotation('ssl-redirect') === '443', 'does not lead from HTTP to HTTPS'],
    [/"HTTPS": *443/.test(annotation('listen-ports')), 'does not listen with HTTPS'],
    [hosts.length > 0 && hosts.every((host) => secured.includes(host)), 'has a host without TLS'],
    [
      annotation('healthcheck-path') === main.readinessProbe?.httpGet?.path,
      'has another health check than readiness',
    ],
    [
      deregistration + SPARE_SECONDS <= preStopSeconds(main),
      `sends requests for ${deregistration} s to pods that end after ${preStopSeconds(main)} s`,
    ],
    [
      seconds('load-balancer-attributes', 'idle_timeout') <
        readNginxConfiguration().keepaliveSeconds,
      'keeps connections for longer than nginx',
    ],
  ];
  return rules.flatMap(([right, text]) => (right ? [] : [text]));
}

function preStopSeconds({ lifecycle }: Container): number {
  return lifecycle?.preStop?.sleep?.seconds ?? 0;
}

/** A Job's template can not be changed: another image needs another name. */
function inJob({ metadata, spec }: Job): string[] {
  const tag = spec.template.spec.containers[0]?.image.split(':').at(-1) ?? '';
  return [
    ...(metadata.name.endsWith(`-${tag}`) ? [] : [`is not named after its image, ${tag}`]),
    ...inJobSpec(spec),
    ...(spec.ttlSecondsAfterFinished === undefined ? ['stays for ever'] : []),
  ];
}

function inCronJob({ spec }: CronJob): string[] {
  return [
    ...(spec.concurrencyPolicy === 'Forbid' ? [] : ['may run beside itself']),
    ...(spec.startingDeadlineSeconds === undefined ? ['has no deadline to start'] : []),
    ...(spec.timeZone === undefined ? ['has a schedule in an unknown time zone'] : []),
    ...(/^[\d*,/-]+( [\d*,/-]+){4}$/.test(spec.schedule) ? [] : ['has no schedule']),
    ...inJobSpec(spec.jobTemplate.spec),
  ];
}

function inJobSpec({ activeDeadlineSeconds, backoffLimit }: Job['spec']): string[] {
  return [
    ...(activeDeadlineSeconds === undefined ? ['has no deadline to end'] : []),
    ...(backoffLimit === undefined ? ['does not say how often it is tried'] : []),
  ];
}
