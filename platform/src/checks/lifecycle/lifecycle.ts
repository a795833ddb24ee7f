// Timeouts that depend on each other when pods start and stop, and the deadlines of Jobs.

import { environmentOf } from '../../manifests/container-environment.ts';
import type { CronJob, Deployment, Ingress, Job, Manifest } from '../../manifests/kinds.ts';
import type { Container } from '../../manifests/pod.ts';
import { readNginxConfiguration } from '../nginx-configuration.ts';

const MARGIN_SECONDS = 5;
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

/** preStop and the program's own shutdown must fit into the time until SIGKILL. */
function inDeployment(manifests: readonly Manifest[], { spec }: Deployment): string[] {
  const { containers, terminationGracePeriodSeconds = 30 } = spec.template.spec;
  const [main] = containers;
  if (!main) return [];
  const nginx = readNginxConfiguration();
  const { SHUTDOWN_GRACE_MS, SHUTDOWN_LINGER_MS } = environmentOf(manifests, main);
  const isFrontend = main.name === 'frontend';
  const shutdown = isFrontend ? nginx.shutdownSeconds : Number(SHUTDOWN_GRACE_MS) / 1000;
  const needed = preStopSeconds(main) + shutdown + MARGIN_SECONDS;
  const rules: [boolean, string][] = [
    [
      terminationGracePeriodSeconds >= needed,
      `is killed after ${terminationGracePeriodSeconds} s but may need ${needed} s`,
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) / 1000 > nginx.upstreamKeepaliveSeconds,
      'closes idle connections before nginx does',
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) < Number(SHUTDOWN_GRACE_MS) / 2,
      'leaves too little time to finish the last requests',
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
  if (!main) return ['there is no storefront deployment'];
  const deregistration = seconds('target-group-attributes', 'deregistration_delay');
  const hosts = (spec.rules ?? []).map(({ host = '' }) => host);
  const secured = (spec.tls ?? []).flatMap((tls) => tls.hosts ?? []);
  const rules: [boolean, string][] = [
    [spec.ingressClassName === 'alb', 'has another ingress class than alb'],
    [
      annotation('target-type') === 'ip',
      'does not send requests to pod addresses (target-type ip)',
    ],
    [/TLS13/.test(annotation('ssl-policy')), 'does not offer TLS 1.3'],
    [annotation('ssl-redirect') === '443', 'does not redirect HTTP to HTTPS'],
    [/"HTTPS": *443/.test(annotation('listen-ports')), 'does not listen on HTTPS'],
    [hosts.length > 0 && hosts.every((host) => secured.includes(host)), 'has a host without TLS'],
    [
      annotation('healthcheck-path') === main.readinessProbe?.httpGet?.path,
      'checks another path than the readiness probe',
    ],
    [
      deregistration + MARGIN_SECONDS <= preStopSeconds(main),
      `sends requests for ${deregistration} s to pods that stop after ${preStopSeconds(main)} s`,
    ],
    [
      seconds('load-balancer-attributes', 'idle_timeout') <
        readNginxConfiguration().keepaliveSeconds,
      'keeps idle connections longer than nginx',
    ],
  ];
  return rules.flatMap(([right, text]) => (right ? [] : [text]));
}

function preStopSeconds({ lifecycle }: Container): number {
  return lifecycle?.preStop?.sleep?.seconds ?? 0;
}

/** A Job's template is immutable: another image needs another name. */
function inJob({ metadata, spec }: Job): string[] {
  const [, tag = ''] =
    /:([^:@/]+)(?:@|$)/.exec(spec.template.spec.containers[0]?.image ?? '') ?? [];
  return [
    ...(metadata.name.endsWith(`-${tag}`) ? [] : [`is not named after its image, ${tag}`]),
    ...inJobSpec(spec),
    ...(spec.ttlSecondsAfterFinished === undefined
      ? ['is never deleted (no ttlSecondsAfterFinished)']
      : []),
  ];
}

function inCronJob({ spec }: CronJob): string[] {
  return [
    ...(spec.concurrencyPolicy === 'Forbid' ? [] : ['may run concurrently with itself']),
    ...(spec.startingDeadlineSeconds === undefined ? ['has no startingDeadlineSeconds'] : []),
    ...(spec.timeZone === undefined ? ['has no time zone'] : []),
    ...(/^[\d*,/-]+( [\d*,/-]+){4}$/.test(spec.schedule) ? [] : ['has no valid schedule']),
    ...inJobSpec(spec.jobTemplate.spec),
  ];
}

function inJobSpec({ activeDeadlineSeconds, backoffLimit }: Job['spec']): string[] {
  return [
    ...(activeDeadlineSeconds === undefined ? ['has no activeDeadlineSeconds'] : []),
    ...(backoffLimit === undefined ? ['has no backoffLimit'] : []),
  ];
}
