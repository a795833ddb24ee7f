// The two ends of a connection.
//
// Terminology
//   endpoint    a kind of pod, or a range of addresses outside the cluster that no policy splits.
//   bystander   a pod that has no edge in the table. It reveals selectors that match too much.
//   service     an address in the cluster that kube-proxy replaces by a pod's, after the policies of the source.

import type { Manifest } from '../manifests/kinds.ts';
import type { Labels } from '../manifests/metadata.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import {
  ALL_ADDRESSES,
  formatAddresses,
  parseAddress,
  parseCidr,
  type Range,
  split,
} from './ranges.ts';

export interface Pod {
  readonly type: 'pod';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Of its containers, in the order of declaration. */
  readonly ports: readonly ContainerPort[];
}

export interface ContainerPort {
  readonly name?: string;
  readonly protocol: string;
  readonly port: number;
}

export interface Addresses {
  readonly type: 'addresses';
  readonly name: string;
  readonly range: Range;
}

export interface ServicePort {
  readonly protocol: string;
  readonly port: number;
  readonly targetPort: string | number;
}

export interface Service {
  readonly type: 'service';
  readonly name: string;
  readonly namespace: string;
  readonly selector: Labels;
  readonly address: number;
  readonly ports: readonly ServicePort[];
}

export type Endpoint = Pod | Addresses;

const NAME = 'app.kubernetes.io/name';

export const podAt = (
  name: string,
  namespace: string,
  labels: Labels,
  ports: Pod['ports'] = [],
): Pod => ({ type: 'pod', name, namespace, labels, ports });

export const serviceAt = (
  address: number,
  name: string,
  namespace: string,
  selector: Labels,
  ports: readonly ServicePort[],
): Service => ({
  type: 'service',
  name: `the Service ${name}`,
  namespace,
  selector,
  address,
  ports,
});

/** Pods of every cluster that are not in our manifests: those that the table names, and bystanders. */
export const OTHER_PODS: readonly Pod[] = [
  podAt('Prometheus', 'observability', { [NAME]: 'prometheus' }),
  podAt('the collector', 'observability', { [NAME]: 'opentelemetry-collector' }),
  podAt('a stray pod of the namespace', 'shopping-cart', {}),
  podAt('a neighbor of the DNS', 'kube-system', { 'k8s-app': 'metrics-server' }),
  podAt('a neighbor of Prometheus', 'observability', { [NAME]: 'grafana' }),
  ...['frontend', 'backend', 'database', 'prometheus', 'opentelemetry-collector'].map((name) =>
    podAt(`${name} of another namespace`, 'default', { [NAME]: name }),
  ),
  podAt('kube-dns of another namespace', 'default', { 'k8s-app': 'kube-dns' }),
];

/**
 * The pods of the manifests, one for each workload.
 *
 * @throws Error for a pod in the host's network: "Skipped hostNetwork pods" (aws/amazon-network-policy-controller-k8s,
 * pkg/resolvers/endpoints.go). Kubernetes' "Network Policies" leaves policies for such pods undefined.
 */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return podTemplates(manifests).map(({ owner, template: { spec, metadata } }) => {
    if (spec.hostNetwork === true)
      throw new Error(`${owner.metadata.name} is in the host's network, where no policy applies`);
    const ports = spec.containers.flatMap((container) => container.ports ?? []);
    return {
      type: 'pod',
      name: owner.metadata.name,
      namespace: owner.metadata.namespace ?? 'default',
      labels: metadata.labels ?? {},
      ports: ports.map(({ name, containerPort, protocol = 'TCP' }) => ({
        ...(name === undefined ? {} : { name }),
        protocol,
        port: containerPort,
      })),
    };
  });
}

/**
 * The port that a pod gives a name: the first with the name and the protocol (same file, firstNamedPort, after the
 * EndpointSlice controller).
 */
export function portNamed(name: string, protocol: string, { ports }: Pod): number | undefined {
  return ports.find((each) => each.name === name && each.protocol === protocol)?.port;
}

const FIRST_SERVICE = parseAddress('172.20.128.1');

/**
 * The Services of the manifests, at invented addresses. A headless one has none, and DNS gives its pods' (Kubernetes,
 * "Service", "Headless Services"; IsServiceHeadless in the controller's pkg/k8s/service_utils.go).
 */
export function servicesOf(manifests: readonly Manifest[]): Service[] {
  const own = manifests
    .filter((manifest) => manifest.kind === 'Service')
    .filter(({ spec }) => spec.clusterIP !== 'None' && spec.type !== 'ExternalName');
  return own.map(({ metadata, spec }, index) =>
    serviceAt(
      FIRST_SERVICE + index,
      metadata.name,
      metadata.namespace ?? 'default',
      spec.selector ?? {},
      (spec.ports ?? []).map(({ protocol = 'TCP', port, targetPort = port }) => ({
        protocol,
        port,
        targetPort,
      })),
    ),
  );
}

/** All addresses, split at the boundaries of every block in the policies and the table. */
export function addressesOf(manifests: readonly Manifest[], others: readonly Range[]): Addresses[] {
  const blocks = manifests.flatMap((manifest) => {
    if (manifest.kind !== 'NetworkPolicy') return [];
    const { ingress = [], egress = [] } = manifest.spec;
    const peers = [
      ...ingress.flatMap(({ from = [] }) => from),
      ...egress.flatMap(({ to = [] }) => to),
    ];
    return peers.flatMap(({ ipBlock }) =>
      ipBlock ? [ipBlock.cidr, ...(ipBlock.except ?? [])] : [],
    );
  });
  return split(ALL_ADDRESSES, [...blocks.map(parseCidr), ...others]).map((range) => ({
    type: 'addresses',
    name: formatAddresses(range),
    range,
  }));
}
