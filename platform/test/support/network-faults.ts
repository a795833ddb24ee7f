// Faults in the policies of production that the comparison must find: the policy, the change (undefined removes the
// policy), and the problem's sentence.

import type { NetworkPolicy, PolicyPort } from '../../src/manifests/network-policy.ts';

export type Spec = NetworkPolicy['spec'];
type Rules<Way extends 'ingress' | 'egress'> = NonNullable<Spec[Way]>;

const egress = (change: (rules: Rules<'egress'>) => Rules<'egress'>) => (spec: Spec) => ({
  ...spec,
  egress: change(spec.egress ?? []),
});
export const ingress = (change: (rules: Rules<'ingress'>) => Rules<'ingress'>) => (spec: Spec) => ({
  ...spec,
  ingress: change(spec.ingress ?? []),
});
const without = (index: number) => (rules: Rules<'egress'>) =>
  rules.filter((_rule, each) => each !== index);
const withPorts = (index: number, ports: readonly PolicyPort[]) => (rules: Rules<'egress'>) =>
  rules.map((rule, each) => (each === index ? { ...rule, ports } : rule));
const withBlock = (index: number, cidr: string, except: string[] = []) =>
  egress((rules) =>
    rules.map((rule, each) =>
      each === index ? { ...rule, to: [{ ipBlock: { cidr, except } }] } : rule,
    ),
  );
/** Without the peers of one kind. */
const withoutPeers = (index: number, kind: 'ipBlock' | 'podSelector') =>
  egress((rules) =>
    rules.map((rule, each) =>
      each === index ? { ...rule, to: (rule.to ?? []).filter((peer) => !peer[kind]) } : rule,
    ),
  );
const NAMESPACE = 'kubernetes.io/metadata.name';
const selecting = (name: string) => ({ matchLabels: { 'app.kubernetes.io/name': name } });

type Fault = readonly [
  fault: string,
  policy: string,
  change: (spec: Spec) => Spec | undefined,
  problem: RegExp,
];
export const FAULTS: readonly Fault[] = [
  ['missing DNS', 'backend-network-policy', egress(without(0)), /not allowed: backend-.*UDP 53/],
  [
    'DNS over UDP only',
    'frontend-network-policy',
    egress(withPorts(0, [{ protocol: 'UDP', port: 53 }])),
    /not allowed: frontend-deployment → cluster DNS, TCP 53/,
  ],
  [
    'DNS at pods only, which EKS Auto Mode does not have',
    'backend-network-policy',
    withoutPeers(0, 'ipBlock'),
    /not allowed: backend-deployment → 172\.20\.0\.10, UDP 53 \(egress by the VPC CNI\), on EKS Auto Mode$/,
  ],
  [
    'DNS at the address only, behind which node groups have pods',
    'database-network-policy',
    withoutPeers(0, 'podSelector'),
    /not allowed: database-prune → cluster DNS, UDP 53 \(egress\), on node groups$/,
  ],
  [
    'DNS everywhere, beside a block that excepts its address',
    'backend-network-policy',
    egress(([dns, ...rules]) => [{ ports: dns?.ports ?? [] }, ...rules]),
    /not allowed: backend-deployment → 172\.20\.0\.10, TCP 53 \(egress by the VPC CNI\), on EKS Auto Mode$/,
  ],
  [
    'a label of the pods that their Service does not select by',
    'frontend-network-policy',
    egress((rules) =>
      rules.map((rule) => ({
        ...rule,
        to: (rule.to ?? []).map((peer) =>
          peer.namespaceSelector || peer.ipBlock
            ? peer
            : { podSelector: { matchLabels: { 'app.kubernetes.io/component': 'api' } } },
        ),
      })),
    ),
    /not allowed: frontend-deployment → the Service backend, TCP 8000 \(egress by the VPC CNI\)$/,
  ],
  [
    "the node's instance metadata",
    'database-backup-network-policy',
    egress((rules) => [
      ...rules,
      { to: [{ ipBlock: { cidr: '169.254.169.254/32' } }], ports: [{ port: 80 }] },
    ]),
    /not in the table: database-backup → 169\.254\.169\.254, TCP 80/,
  ],
  [
    'egress to everywhere, written to: []',
    'backend-network-policy',
    egress((rules) => [...rules, { to: [], ports: [{ protocol: 'TCP', port: 5432 }] }]),
    /not in the table: backend-deployment → .*TCP 5432/,
  ],
  [
    'a label that no pod has',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({ ...rule, from: [{ podSelector: selecting('web') }] })),
    ),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'an additional ingress rule',
    'backend-network-policy',
    ingress((rules) => [...rules, { from: [{ podSelector: selecting('database') }] }]),
    /not in the table: database-prune → backend-deployment, TCP 0-.*\(ingress\)/,
  ],
  [
    'ingress from every namespace',
    'frontend-network-policy',
    ingress((rules) => [...rules, { from: [{ namespaceSelector: {} }], ports: [{ port: 8080 }] }]),
    /not in the table: a neighbor of the DNS → frontend-deployment, TCP 8080/,
  ],
  [
    'egress to every namespace, which has the API of the cluster',
    'backend-network-policy',
    egress((rules) => [...rules, { to: [{ namespaceSelector: {} }], ports: [{ port: 443 }] }]),
    /not in the table: backend-deployment → the Service kubernetes, TCP 443 \(egress by the VPC CNI\)$/,
  ],
  [
    'a port name of another protocol',
    'frontend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({ ...rule, ports: [{ protocol: 'UDP', port: 'http' }] })),
    ),
    /not allowed: 10\.0\.1\.0-10\.0\.1\.255 → frontend-deployment, TCP 8080 \(ingress by the VPC CNI\)/,
  ],
  [
    'no types and an empty list of egress rules, which leaves egress open',
    'default-deny',
    (spec) => ({ podSelector: spec.podSelector ?? {}, egress: [] }),
    /not in the table: a stray pod of the namespace → .*TCP 0-/,
  ],
  [
    'an empty list of types, which is none',
    'default-deny',
    (spec) => ({ ...spec, policyTypes: [] }),
    /not in the table: a stray pod of the namespace → .*TCP 0-/,
  ],
  [
    'a wrong port',
    'frontend-network-policy',
    egress(withPorts(1, [{ protocol: 'TCP', port: 8080 }])),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'a port range instead of one port',
    'backend-network-policy',
    egress(withPorts(1, [{ protocol: 'TCP', port: 5432, endPort: 5433 }])),
    /not in the table: backend-deployment → 10\.0\.7\.0-.*TCP 5433/,
  ],
  [
    'every port',
    'backend-network-policy',
    egress(withPorts(1, [])),
    /not in the table: backend-deployment → 10\.0\.7\.0-.*TCP 0-5431/,
  ],
  ['a missing default deny', 'default-deny', () => undefined, /a stray pod of the namespace/],
  [
    'a default deny for one direction only',
    'default-deny',
    (spec) => ({ ...spec, policyTypes: ['Ingress'] }),
    /not in the table: a stray pod of the namespace → /,
  ],
  [
    'a wrong namespace',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({
        ...rule,
        from: (rule.from ?? []).map((peer) =>
          peer.namespaceSelector
            ? { ...peer, namespaceSelector: { matchLabels: { [NAMESPACE]: 'monitoring' } } }
            : peer,
        ),
      })),
    ),
    /not allowed: Prometheus → backend-deployment, TCP 8000/,
  ],
  [
    'all pods of a namespace instead of one',
    'backend-network-policy',
    ingress((rules) =>
      rules.map((rule) => ({
        ...rule,
        from: (rule.from ?? []).map(({ podSelector, ...peer }) =>
          peer.namespaceSelector || peer.ipBlock
            ? peer
            : { ...peer, podSelector: podSelector ?? {} },
        ),
      })),
    ),
    /not in the table: a neighbor of Prometheus → backend-deployment, TCP 8000/,
  ],
  [
    'a block that is too wide',
    'database-network-policy',
    withBlock(1, '10.0.0.0/16'),
    /not in the table: database-.* → 10\.0\.0\.0-/,
  ],
  [
    'a block that is too narrow',
    'database-network-policy',
    withBlock(1, '10.0.7.0/24'),
    /not allowed: database-.* → 10\.0\.8\.0-/,
  ],
  [
    'private addresses in the public block',
    'database-backup-network-policy',
    withBlock(0, '0.0.0.0/0'),
    /not in the table: database-backup → 10\./,
  ],
  [
    'a missing egress rule',
    'frontend-network-policy',
    egress(without(1)),
    /not allowed: frontend-deployment → backend-deployment, TCP 8000/,
  ],
  [
    'a policy that selects no pod',
    'scaler-network-policy',
    (spec) => ({ ...spec, podSelector: selecting('nobody') }),
    /not allowed: scale-for-day → 172\.20\.0\.1, TCP 443/,
  ],
  [
    'a selector that matches too many pods',
    'database-backup-network-policy',
    (spec) => ({ ...spec, podSelector: selecting('database') }),
    /not in the table: database-migrate-.* → .*TCP 443/,
  ],
  [
    'a port name that the pod does not have',
    'frontend-network-policy',
    ingress((rules) => rules.map((rule) => ({ ...rule, ports: [{ port: 'web' }] }))),
    /not allowed: Prometheus → frontend-deployment, TCP 9113/,
  ],
];
