// Resolves policies to addresses and ports, as aws/amazon-network-policy-controller-k8s does
// (pkg/resolvers/endpoints.go at ecc7e6a): pods become their addresses, and Services of these pods become theirs.

import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../manifests/network-policy.ts';
import { selects } from '../manifests/select.ts';
import {
  type ContainerPort,
  type Pod,
  portNamed,
  type Service,
  type ServicePort,
} from './endpoints.ts';
import { ALL_ADDRESSES, parseCidr, type Range } from './ranges.ts';

/** A pod with an address. */
export interface PlacedPod extends Pod {
  readonly address: number;
}

/** Pods and Services whose addresses the controller knows. */
export interface Addressed {
  readonly pods: readonly PlacedPod[];
  readonly services: readonly Service[];
}

export interface ResolvedPort {
  readonly protocol: string;
  /** Absent: every port. */
  readonly port?: number;
  readonly endPort?: number;
}

export interface ResolvedRule {
  readonly block: Range;
  readonly except: readonly Range[];
  /** Empty: every protocol and port. */
  readonly ports: readonly ResolvedPort[];
}

export type Direction = 'ingress' | 'egress';

export function resolve(
  { metadata, spec }: NetworkPolicy,
  direction: Direction,
  cluster: Addressed,
): ResolvedRule[] {
  const namespace = metadata.namespace ?? 'default';
  if (direction === 'egress')
    return (spec.egress ?? []).flatMap(({ to = [], ports = [] }) =>
      resolveEgress(to, ports, namespace, cluster),
    );
  const own = cluster.pods.filter(
    (pod) => pod.namespace === namespace && selects(spec.podSelector ?? {}, pod.labels),
  );
  return (spec.ingress ?? []).flatMap(({ from = [], ports = [] }) =>
    resolveIngress(from, ports, namespace, own, cluster),
  );
}

/**
 * A port's name means a port of the pods that the policy selects: what one of them gives the name is open on all
 * (getIngressRulesPorts).
 */
function resolveIngress(
  from: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  namespace: string,
  own: readonly Pod[],
  { pods }: Addressed,
): ResolvedRule[] {
  const resolved = own.flatMap((pod) => portsOfPod(ports, pod));
  if (ports.length > 0 && resolved.length === 0) return [];
  if (from.length === 0) return [ruleFor(ALL_ADDRESSES, resolved)];
  return from.flatMap((peer) => {
    if (peer.ipBlock) return [ruleForBlock(peer.ipBlock, resolved)];
    return peersIn(pods, peer, namespace).map((pod) => ruleFor(pointAt(pod), resolved));
  });
}

/** A port's name means a port of each destination (getPortList). Blocks know none (convertToPolicyInfoPortForCIDRs). */
function resolveEgress(
  to: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  namespace: string,
  cluster: Addressed,
): ResolvedRule[] {
  const numbered = ports.filter(({ port }) => typeof port !== 'string').map(numberedPort);
  const hasPorts = ports.length === 0 || numbered.length > 0;
  if (to.length === 0) return hasPorts ? [ruleFor(ALL_ADDRESSES, numbered)] : [];
  return to.flatMap((peer) => {
    if (peer.ipBlock) return hasPorts ? [ruleForBlock(peer.ipBlock, numbered)] : [];
    const toPods = peersIn(cluster.pods, peer, namespace).flatMap((pod) =>
      ruleUnlessPortless(pointAt(pod), ports, portsOfPod(ports, pod)),
    );
    // The agent sees a Service's address, because kube-proxy's translation comes after it. The Service counts only if
    // its own selector has the labels that the policy asks of the pods (getMatchingServiceClusterIPs). The EKS User
    // Guide still says that a Service's port must be the container's, which older controllers needed.
    const toServices = cluster.services
      .filter((service) => isIn(peer, namespace, service.namespace))
      .filter(({ selector }) => selects(peer.podSelector ?? {}, selector))
      .flatMap((service) =>
        ruleUnlessPortless(pointAt(service), ports, portsOfService(ports, service, cluster.pods)),
      );
    return [...toPods, ...toServices];
  });
}

const pointAt = ({ address }: { readonly address: number }): Range => ({
  first: address,
  last: address,
});

const ruleFor = (block: Range, ports: readonly ResolvedPort[]): ResolvedRule => ({
  block,
  except: [],
  ports,
});

function ruleForBlock(
  { cidr, except = [] }: NonNullable<PolicyPeer['ipBlock']>,
  ports: readonly ResolvedPort[],
): ResolvedRule {
  return { block: parseCidr(cidr), except: except.map(parseCidr), ports };
}

function ruleUnlessPortless(
  block: Range,
  wanted: readonly PolicyPort[],
  ports: readonly ResolvedPort[],
): ResolvedRule[] {
  return wanted.length > 0 && ports.length === 0 ? [] : [ruleFor(block, ports)];
}

function peersIn(pods: readonly PlacedPod[], peer: PolicyPeer, namespace: string): PlacedPod[] {
  return pods.filter(
    (pod) => isIn(peer, namespace, pod.namespace) && selects(peer.podSelector ?? {}, pod.labels),
  );
}

function isIn({ namespaceSelector }: PolicyPeer, own: string, namespace: string): boolean {
  return namespaceSelector
    ? selects(namespaceSelector, { 'kubernetes.io/metadata.name': namespace })
    : own === namespace;
}

/**
 * A Service's port takes the place of a range's first port and keeps its last. The agent allows the first port even if
 * the last is smaller (aws-network-policy-agent, tc.v4egress.bpf.c, evaluateNamespacePolicyByLookUp).
 */
function numberedPort({ protocol = 'TCP', port, endPort }: PolicyPort): ResolvedPort {
  if (typeof port !== 'number') return { protocol };
  return endPort === undefined || endPort < port ? { protocol, port } : { protocol, port, endPort };
}

function portsOfPod(ports: readonly PolicyPort[], pod: Pod): ResolvedPort[] {
  return ports.flatMap((each) => {
    if (typeof each.port !== 'string') return [numberedPort(each)];
    const port = portNamed(each.port, each.protocol ?? 'TCP', pod);
    return port === undefined ? [] : [numberedPort({ ...each, port })];
  });
}

function portsOfService(
  ports: readonly PolicyPort[],
  service: Service,
  pods: readonly Pod[],
): ResolvedPort[] {
  const behind = pods.filter(
    ({ namespace, labels }) =>
      namespace === service.namespace && selects({ matchLabels: service.selector }, labels),
  );
  return ports.flatMap((each) => {
    if (each.port === undefined) return [numberedPort(each)];
    const found = listenPort(each, service, behind);
    if (!found || leadsElsewhere(found, each, ports, behind)) return [];
    return [numberedPort({ ...each, port: found.port })];
  });
}

/**
 * The Service's port whose target is the policy's: literally (LookupServiceListenPort), or by what the first pod with
 * that port calls it (LookupListenPortFromPodSpec; both in pkg/k8s of the controller).
 */
function listenPort(
  { port, protocol = 'TCP' }: PolicyPort,
  service: Service,
  behind: readonly Pod[],
): ServicePort | undefined {
  const own = service.ports.filter((each) => each.protocol === protocol);
  const direct = own.find(({ targetPort }) => targetPort === port);
  if (direct || port === undefined) return direct;
  for (const pod of behind) {
    const declared = containerPort(port, protocol, pod);
    const found = own.find(({ targetPort }) =>
      typeof targetPort === 'string'
        ? targetPort === declared?.name
        : targetPort === declared?.port,
    );
    if (found) return found;
  }
  return undefined;
}

/** A number need not be declared; a name must be. */
function containerPort(
  port: string | number,
  protocol: string,
  { ports }: Pod,
): ContainerPort | undefined {
  const declared = ports.find(
    (each) =>
      each.protocol === protocol &&
      (typeof port === 'string' ? each.name === port : each.port === port),
  );
  return declared ?? (typeof port === 'number' ? { protocol, port } : undefined);
}

/** Whether a target's name means a port on some pod that the policy does not allow (hasTargetPortBypass). */
function leadsElsewhere(
  { targetPort }: ServicePort,
  { port, protocol = 'TCP' }: PolicyPort,
  allowed: readonly PolicyPort[],
  behind: readonly Pod[],
): boolean {
  if (typeof port !== 'number' || typeof targetPort !== 'string') return false;
  return behind.some((pod) => {
    const actual = portNamed(targetPort, protocol, pod);
    return (
      actual !== undefined &&
      !allowed.some(
        (each) =>
          (each.protocol ?? 'TCP') === protocol &&
          (each.port === undefined ||
            (typeof each.port === 'number' &&
              actual >= each.port &&
              actual <= (each.endPort ?? each.port))),
      )
    );
  });
}
