// The load balancer's view of the storefront's pods.

import type { Ingress, Manifest } from '../../manifests/kinds.ts';
import { readNginxConfiguration } from '../nginx-configuration.ts';
import { MARGIN_SECONDS, preStopSeconds } from './deployment.ts';

const ALB = 'alb.ingress.kubernetes.io/';
/** "ELB API propagation time: about 10s" (kubernetes-sigs/aws-load-balancer-controller 1719). */
const PROPAGATION_SECONDS = 10;

/**
 * Deregistration begins when the controller sees that the pod terminates, in parallel with its preStop. It must end
 * before the program stops: targets get requests while they are draining, though ELB's guide says that they do not
 * (kubernetes-sigs/aws-load-balancer-controller 1064, 2366), and preStop must cover the propagation in ELB (same, 1719).
 * The default of deregistration_delay is 300 s, that of idle_timeout 60 s (ELB User Guide), so both must be set.
 *
 * A target must keep idle connections longer than the load balancer (ELB User Guide, "Troubleshoot your Application Load
 * Balancers", "HTTP 502: Bad gateway").
 */
export function inIngress(manifests: readonly Manifest[], { metadata, spec }: Ingress): string[] {
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
      preStopSeconds(main) >= PROPAGATION_SECONDS + MARGIN_SECONDS,
      `knows of a stopping pod after ${PROPAGATION_SECONDS} s, and it stops after ${preStopSeconds(main)} s`,
    ],
    [
      seconds('load-balancer-attributes', 'idle_timeout') <
        readNginxConfiguration().keepaliveSeconds,
      'keeps idle connections longer than nginx',
    ],
  ];
  return rules.flatMap(([right, text]) => (right ? [] : [text]));
}
