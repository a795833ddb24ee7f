import { expect, it } from 'vitest';
import type { NetworkPolicy, PolicyPeer, PolicyPort } from '../src/manifests/network-policy.ts';
import {
  type ContainerPort,
  podAt,
  type ServicePort,
  serviceAt,
} from '../src/network/endpoints.ts';
import { resolve } from '../src/network/policy-endpoints.ts';
import { ALL_ADDRESSES, parseAddress } from '../src/network/ranges.ts';

const POD = parseAddress('10.0.4.16');
const SERVICE = parseAddress('172.20.128.1');
const labels = { app: 'api', tier: 'back' };
const http: PolicyPort = { port: 8000 };
const declared = (name: string, port: number, protocol = 'TCP'): ContainerPort => ({
  name,
  protocol,
  port,
});
const PORTS = [declared('http', 8000), declared('admin', 9000), declared('dns', 53, 'UDP')];

function egress(
  to: readonly PolicyPeer[],
  ports: readonly PolicyPort[],
  service: { readonly selector?: Record<string, string>; readonly ports: readonly ServicePort[] },
) {
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { egress: [{ to, ports }] },
  };
  const rules = resolve(policy, 'egress', {
    pods: [{ ...podAt('api', 'shop', labels, PORTS), address: POD }],
    services: [serviceAt(SERVICE, 'api', 'shop', service.selector ?? labels, service.ports)],
  });
  return Object.fromEntries(
    rules.map(({ block, ports: resolved }) => [
      nameOf(block.first),
      resolved.map(({ port }) => port),
    ]),
  );
}

const nameOf = (address: number) =>
  address === POD ? 'pod' : address === SERVICE ? 'service' : 'block';
const api = [{ podSelector: { matchLabels: { app: 'api' } } }];
const tcp = (port: number, targetPort: string | number): ServicePort => ({
  protocol: 'TCP',
  port,
  targetPort,
});

// By pkg/resolvers/endpoints.go of aws/amazon-network-policy-controller-k8s at ecc7e6a.
it.each<[string, readonly PolicyPort[], readonly ServicePort[], Record<string, unknown>]>([
  [
    "opens a Service's own port for the target's number",
    [http],
    [tcp(80, 8000)],
    { pod: [8000], service: [80] },
  ],
  ["opens it for the target's name", [http], [tcp(80, 'http')], { pod: [8000], service: [80] }],
  [
    'opens it for a name in the policy',
    [{ port: 'http' }],
    [tcp(80, 8000)],
    { pod: [8000], service: [80] },
  ],
  [
    "leaves out a Service's port that the policy names as if it were a target",
    [{ port: 80 }],
    [tcp(80, 8000)],
    { pod: [80] },
  ],
  [
    'leaves out another protocol',
    [{ protocol: 'UDP', port: 8000 }],
    [tcp(80, 8000)],
    { pod: [8000] },
  ],
  ['leaves out a name that no pod has', [{ port: 'web' }], [tcp(80, 8000)], {}],
  ['leaves out a name of another protocol', [{ port: 'dns' }], [tcp(80, 8000)], {}],
  [
    "leaves out a Service's port whose target has another name than the pod's first with that number",
    [{ port: 'admin' }],
    [tcp(80, 'http')],
    { pod: [9000] },
  ],
  ['opens every port without a list', [], [tcp(80, 8000)], { pod: [], service: [] }],
])('%s', (_behavior, ports, servicePorts, expected) => {
  expect(egress(api, ports, { ports: servicePorts })).toEqual(expected);
});

it("leaves out a Service that does not select by the policy's labels", () => {
  const service = { selector: { tier: 'back' }, ports: [tcp(8000, 8000)] };
  expect(egress(api, [http], service)).toEqual({ pod: [8000] });
});

it('leaves out names of ports in blocks', () => {
  const block = [{ ipBlock: { cidr: '10.0.7.0/24' } }];
  expect(egress(block, [{ port: 'http' }], { ports: [] })).toEqual({});
  expect(egress(block, [{ port: 'http' }, http], { ports: [] })).toEqual({ block: [8000] });
});

it("resolves an ingress port's name in the policy's own pods", () => {
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'api', namespace: 'shop' },
    spec: { podSelector: { matchLabels: labels }, ingress: [{ ports: [{ port: 'http' }] }] },
  };
  const pods = [{ ...podAt('api', 'shop', labels, PORTS), address: POD }];
  expect(resolve(policy, 'ingress', { pods, services: [] })).toEqual([
    { block: ALL_ADDRESSES, except: [], ports: [{ protocol: 'TCP', port: 8000 }] },
  ]);
});

it("leaves out a Service whose target's name is another port on some pod", () => {
  const policy: NetworkPolicy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'web', namespace: 'shop' },
    spec: { egress: [{ to: api, ports: [http] }] },
  };
  const pods = [8000, 9000].map((port, index) => ({
    ...podAt('api', 'shop', labels, [declared('http', port)]),
    address: POD + index,
  }));
  const services = [serviceAt(SERVICE, 'api', 'shop', labels, [tcp(80, 'http')])];
  const rules = resolve(policy, 'egress', { pods, services });
  expect(rules.map(({ block }) => block.first)).toEqual([POD, POD + 1]);
});

it("keeps a range's last port behind a Service, unless it is below the Service's port", () => {
  const range: PolicyPort = { port: 8000, endPort: 8100 };
  const resolved = (listen: number) => {
    const policy: NetworkPolicy = {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: { name: 'web', namespace: 'shop' },
      spec: { egress: [{ to: api, ports: [range] }] },
    };
    const services = [serviceAt(SERVICE, 'api', 'shop', labels, [tcp(listen, 8000)])];
    return resolve(policy, 'egress', { pods: [], services }).flatMap(({ ports }) => ports);
  };
  expect(resolved(80)).toEqual([{ protocol: 'TCP', port: 80, endPort: 8100 }]);
  expect(resolved(9000)).toEqual([{ protocol: 'TCP', port: 9000 }]);
});
