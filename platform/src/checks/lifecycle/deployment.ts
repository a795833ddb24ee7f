// Start and stop of a service's pods.

import { environmentOf } from '../../manifests/container-environment.ts';
import type { Deployment, Manifest } from '../../manifests/kinds.ts';
import type { Container, Probe } from '../../manifests/pod.ts';
import { readNginxConfiguration } from '../nginx-configuration.ts';

export const MARGIN_SECONDS = 5;
/**
 * "At the same time as the kubelet is starting graceful shutdown of the Pod, the control plane evaluates whether to
 * remove that shutting-down Pod from EndpointSlice objects" (Kubernetes, "Pod Lifecycle", "Pod Termination Flow"): until
 * every node's kube-proxy knows, new connections come. Assumption: 5 s are enough for that.
 */
const ENDPOINT_SECONDS = 5;

/**
 * preStop and the program's own shutdown must fit into the time until SIGKILL: the grace period counts from the
 * deletion, and preStop is part of it (Kubernetes, "Container Lifecycle Hooks", "Hook handler execution"). The 2 s that
 * the kubelet may add once do not count here.
 */
export function inDeployment(manifests: readonly Manifest[], { spec }: Deployment): string[] {
  const { containers, terminationGracePeriodSeconds = 30 } = spec.template.spec;
  const [main] = containers;
  if (!main) return [];
  const nginx = readNginxConfiguration();
  const { SHUTDOWN_GRACE_MS, SHUTDOWN_LINGER_MS } = environmentOf(manifests, main);
  const isFrontend = main.name === 'frontend';
  const shutdown = isFrontend ? nginx.shutdownSeconds : Number(SHUTDOWN_GRACE_MS) / 1000;
  const needed = preStopSeconds(main) + shutdown + MARGIN_SECONDS;
  const { progressDeadlineSeconds = 600, minReadySeconds = 0 } = spec;
  const rules: [boolean, string][] = [
    [
      terminationGracePeriodSeconds >= needed,
      `is killed after ${terminationGracePeriodSeconds} s but may need ${needed} s`,
    ],
    [
      preStopSeconds(main) >= ENDPOINT_SECONDS,
      `stops after ${preStopSeconds(main)} s, while requests may come for ${ENDPOINT_SECONDS} s`,
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) / 1000 > nginx.upstreamKeepaliveSeconds,
      'closes idle connections before nginx does',
    ],
    [
      isFrontend || Number(SHUTDOWN_LINGER_MS) < Number(SHUTDOWN_GRACE_MS) / 2,
      'leaves too little time to finish the last requests',
    ],
    // nginx, "Controlling nginx": TERM is a fast shutdown, QUIT a graceful one, which worker_shutdown_timeout bounds.
    [!isFrontend || nginx.stopSignal === 'SIGQUIT', 'stops nginx without finishing requests'],
    [
      startSeconds(main.startupProbe) + minReadySeconds < progressDeadlineSeconds,
      `fails a rollout after ${progressDeadlineSeconds} s, when pods may still start`,
    ],
  ];
  return [
    ...rules.flatMap(([right, text]) => (right ? [] : [text])),
    ...containers.flatMap(inContainer),
  ];
}

/** Handlers and signals whose effect on the shutdown is not known here. */
function inContainer({ name, lifecycle = {} }: Container): string[] {
  const { sleep: _known, ...others } = lifecycle.preStop ?? {};
  return [
    ...Object.keys(others).map((kind) => `${name} has a preStop of unknown duration (${kind})`),
    ...(lifecycle.stopSignal === undefined ? [] : [`${name} overrides the image's STOPSIGNAL`]),
  ];
}

/** "All other probes are disabled if a startup probe is provided, until it succeeds" (Kubernetes, "Pod Lifecycle"). */
function startSeconds({ periodSeconds = 10, failureThreshold = 3 }: Probe = {}): number {
  return periodSeconds * failureThreshold;
}

export function preStopSeconds({ lifecycle }: Container): number {
  return lifecycle?.preStop?.sleep?.seconds ?? 0;
}
