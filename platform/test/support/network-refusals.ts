// Policies that the comparison refuses: the change of the backend's policy, and a part of what it says.

import type { PolicyPeer, PolicyPort } from '../../src/manifests/network-policy.ts';
import { ingress, type Spec } from './network-faults.ts';

const withPort = (port: PolicyPort) => ingress((rules) => [...rules, { ports: [port] }]);
const withPeer = (peer: PolicyPeer) => ingress((rules) => [...rules, { from: [peer] }]);

export const REFUSALS: readonly (readonly [string, (spec: Spec) => Spec, string])[] = [
  ['a range of named ports', withPort({ port: 'http', endPort: 9000 }), 'ports from http to 9000'],
  ['a range that ends first', withPort({ port: 90, endPort: 80 }), 'ports from 90 to 80'],
  ['a range without a first port', withPort({ endPort: 80 }), 'ports from undefined to 80'],
  ['port 0', withPort({ port: 0 }), 'the port 0'],
  ['a port name that is no name', withPort({ port: '8000' }), 'the port 8000'],
  ['another protocol', withPort({ protocol: 'ICMP' }), 'the protocol ICMP'],
  ['a peer without a selector', withPeer({}), 'a peer without a selector'],
  [
    'a block with a selector',
    withPeer({ ipBlock: { cidr: '10.0.0.0/8' }, podSelector: {} }),
    'a block with a selector',
  ],
  [
    'an exception outside its block',
    withPeer({ ipBlock: { cidr: '10.0.0.0/8', except: ['192.168.0.0/16'] } }),
    'excepts 192.168.0.0/16',
  ],
  [
    'an exception of the whole block',
    withPeer({ ipBlock: { cidr: '10.0.0.0/8', except: ['10.0.0.0/8'] } }),
    'excepts 10.0.0.0/8',
  ],
  ['a block with leading zeros', withPeer({ ipBlock: { cidr: '010.0.0.0/8' } }), 'not an IPv4'],
  ['a block without a number', withPeer({ ipBlock: { cidr: '10..0.0/16' } }), 'not an IPv4'],
  [
    'a label that any namespace may have',
    withPeer({ namespaceSelector: { matchLabels: { name: 'observability' } } }),
    'selects namespaces by name',
  ],
  [
    'the absence of such a label',
    withPeer({
      namespaceSelector: { matchExpressions: [{ key: 'env', operator: 'DoesNotExist' }] },
    }),
    'selects namespaces by env',
  ],
  [
    'an expression without values',
    withPeer({ podSelector: { matchExpressions: [{ key: 'app', operator: 'NotIn' }] } }),
    'NotIn has 0 values',
  ],
  [
    'rules for egress without its type',
    (spec) => ({ ...spec, policyTypes: ['Ingress'] }),
    'rules but no type Egress',
  ],
  [
    'rules for ingress without its type',
    (spec) => ({ ...spec, policyTypes: ['Egress'] }),
    'rules but no type Ingress',
  ],
  ['an unknown type', (spec) => ({ ...spec, policyTypes: ['Ingress', 'All'] }), 'the type All'],
];
