// Who may talk to whom.
//
// Terminology
//   endpoint    a kind of pod, or a range of addresses outside of the cluster that no policy cuts.
//   bystander   a pod that no edge is meant for. It shows when a selector takes more than it should.

import type { Manifest } from '../manifests/kinds.ts';
import type { Labels } from '../manifests/metadata.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { ALL_ADDRESSES, cut, formatAddresses, parseCidr, type Range } from './ranges.ts';

export interface Pod {
  readonly type: 'pod';
  readonly name: string;
  readonly namespace: string;
  readonly labels: Labels;
  /** Container ports by name. */
  readonly ports: Readonly<Record<string, number>>;
}

export interface Addresses {
  readonly type: 'addresses';
  readonly name: string;
  readonly range: Range;
}

export type Endpoint = Pod | Addresses;

const NAME = 'app.kubernetes.io/name';

const outside = (name: string, namespace: string, labels: Labels): Pod => ({
  type: 'pod',
  name,
  namespace,
  labels,
  ports: {},
});

/** Others in the cluster: those that the table names, and bystanders. */
export const OTHER_PODS: readonly Pod[] = [
  outside('cluster DNS', 'kube-system', { 'k8s-app': 'kube-dns' }),
  outside('Prometheus', 'observability', { [NAME]: 'prometheus' }),
  outside('the collector', 'observability', { [NAME]: 'opentelemetry-collector' }),
  outside('a stray pod of the namespace', 'shopping-cart', {}),
  outside('a neighbour of the DNS', 'kube-system', { 'k8s-app': 'aws-node' }),
  outside('a neighbour of Prometheus', 'observability', { [NAME]: 'grafana' }),
  ...['frontend', 'backend', 'database', 'prometheus', 'opentelemetry-collector'].map((name) =>
    outside(`${name} of another namespace`, 'default', { [NAME]: name }),
  ),
  outside('kube-dns of another namespace', 'default', { 'k8s-app': 'kube-dns' }),
];

/** Every kind of pod of the manifests. */
export function podsOf(manifests: readonly Manifest[]): Pod[] {
  return podTemplates(manifests).map(({ owner, template }) => {
    const ports = template.spec.containers.flatMap((container) => container.ports ?? []);
    return {
      type: 'pod',
      name: owner.metadata.name,
      namespace: owner.metadata.namespace ?? 'default',
      labels: template.metadata.labels ?? {},
      ports: Object.fromEntries(ports.map(({ name, containerPort }) => [name, containerPort])),
    };
  });
}

/** All addresses, cut where a policy or the table cuts them. */
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
  return cut(ALL_ADDRESSES, [...blocks.map(parseCidr), ...others]).map((range) => ({
    type: 'addresses',
    name: formatAddresses(range),
    range,
  }));
}
