// What differs between the kinds of compute, for network policies.
//
// With node groups, names are resolved by the Service kube-dns and its pods (EKS add-on coredns). With EKS Auto Mode,
// CoreDNS is a process of each node, and no pod has the label k8s-app=kube-dns (aws/containers-roadmap 2552, 2546;
// EKS User Guide, "Manage CoreDNS"). The name server in a pod's resolv.conf is the same address in both, the tenth of
// the Services' range, which the VPC CNI sees (aws/containers-roadmap 2552; archestra-ai/archestra 5538, tried on a
// cluster). NodeLocal DNSCache listens there too while kube-proxy uses iptables (Kubernetes, "Using NodeLocal
// DNSCache in Kubernetes Clusters").

import { OTHER_PODS, type Pod, podAt, type Service, serviceAt } from './endpoints.ts';
import { parseCidr, type Range } from './ranges.ts';

export interface Cluster {
  readonly compute: string;
  /** The name server of its pods. */
  readonly resolver: Range;
  /** Of other namespaces, and strays. */
  readonly pods: readonly Pod[];
  readonly services: readonly Service[];
}

/** `serviceIpv4Cidr` in infrastructure_cdk, which a test compares. */
export const SERVICE_CIDR = '172.20.0.0/16';

/** EKS User Guide, "Customize managed nodes with launch templates": `--dns-cluster-ip service-cidr.10`. */
const address = parseCidr(SERVICE_CIDR).first + 10;
const resolver: Range = { first: address, last: address };

const DNS_LABELS = { 'k8s-app': 'kube-dns' };

const clusterDns = podAt('cluster DNS', 'kube-system', DNS_LABELS, [
  { name: 'dns', protocol: 'UDP', port: 53 },
  { name: 'dns-tcp', protocol: 'TCP', port: 53 },
]);
const kubeDns = serviceAt(address, 'kube-dns', 'kube-system', DNS_LABELS, [
  { protocol: 'UDP', port: 53, targetPort: 53 },
  { protocol: 'TCP', port: 53, targetPort: 53 },
]);

/**
 * Of the cluster's API: the first address of the range, in each cluster, without a selector (Kubernetes, "Service
 * ClusterIP allocation"). A policy that allows every pod of every namespace opens it too.
 */
const kubernetes = serviceAt(parseCidr(SERVICE_CIDR).first + 1, 'kubernetes', 'default', {}, [
  { protocol: 'TCP', port: 443, targetPort: 443 },
]);

export const CLUSTERS: readonly Cluster[] = [
  { compute: 'EKS Auto Mode', resolver, pods: OTHER_PODS, services: [kubernetes] },
  {
    compute: 'node groups',
    resolver,
    pods: [...OTHER_PODS, clusterDns],
    services: [kubernetes, kubeDns],
  },
];
