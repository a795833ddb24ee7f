import { expect, it } from 'vitest';
import type { ResolvedPort, ResolvedRule } from '../src/network/policy-endpoints.ts';
import { parseAddress, parseCidr } from '../src/network/ranges.ts';
import { entriesOf, isAllowed } from '../src/network/vpc-cni.ts';

const tcp = (port: number, endPort?: number): ResolvedPort => ({
  protocol: 'TCP',
  port,
  ...(endPort === undefined ? {} : { endPort }),
});
const rule = (
  cidr: string,
  ports: readonly ResolvedPort[],
  except: readonly string[] = [],
): ResolvedRule => ({ block: parseCidr(cidr), ports, except: except.map(parseCidr) });

const allows = (
  rules: readonly ResolvedRule[],
  address: string,
  port: number,
  protocol = 'TCP',
) => {
  const first = parseAddress(address);
  return isAllowed(entriesOf(rules), { first, last: first }, protocol, { first: port, last: port });
};

const WEB = rule('0.0.0.0/0', [tcp(443)], ['10.0.0.0/8']);

// By pkg/fwruleprocessor/fw_rule_processor.go of aws/aws-network-policy-agent v1.4.1.
it.each<[string, readonly ResolvedRule[], string, number, boolean]>([
  ['denies what no block contains', [rule('10.0.0.0/8', [tcp(80)])], '11.0.0.1', 80, false],
  ['allows every port without a list', [rule('10.0.0.0/8', [])], '10.1.2.3', 9, true],
  ['allows a range up to its end', [rule('10.0.0.0/8', [tcp(80, 90)])], '10.0.0.1', 90, true],
  ['denies beyond the range', [rule('10.0.0.0/8', [tcp(80, 90)])], '10.0.0.1', 91, false],
  ['denies an exception', [WEB], '10.0.0.1', 443, false],
  [
    'lets a block inside an exception decide',
    [WEB, rule('10.0.7.0/24', [tcp(5432)])],
    '10.0.7.1',
    5432,
    true,
  ],
  [
    'gives it no ports of the outer block',
    [WEB, rule('10.0.7.0/24', [tcp(5432)])],
    '10.0.7.1',
    443,
    false,
  ],
  [
    'gives a narrower block the ports of the wider',
    [rule('10.0.0.0/8', [tcp(80)]), rule('10.0.7.0/24', [tcp(90)])],
    '10.0.7.1',
    80,
    true,
  ],
  [
    'merges two rules for one block',
    [rule('10.0.0.0/8', [tcp(80)]), rule('10.0.0.0/8', [tcp(90)])],
    '10.0.0.1',
    90,
    true,
  ],
  [
    "denies a wider rule's port in another rule's exception",
    [WEB, rule('0.0.0.0/0', [tcp(53)])],
    '10.0.0.1',
    53,
    false,
  ],
  ['allows that port elsewhere', [WEB, rule('0.0.0.0/0', [tcp(53)])], '11.0.0.1', 53, true],
  [
    'allows an exception that a rule names',
    [WEB, rule('10.0.0.0/8', [tcp(53)])],
    '10.0.0.1',
    53,
    true,
  ],
])('%s', (_behavior, rules, address, port, expected) => {
  expect(allows(rules, address, port)).toBe(expected);
  expect(allows([...rules].reverse(), address, port)).toBe(expected);
});

it('tells protocols apart', () => {
  expect(allows([rule('10.0.0.0/8', [tcp(53)])], '10.0.0.1', 53, 'UDP')).toBe(false);
});

it('refuses more ports than an address can have', () => {
  const ports = Array.from({ length: 25 }, (_, index) => tcp(index + 1));
  expect(() => entriesOf([rule('10.0.0.0/8', ports.slice(1))])).not.toThrow();
  expect(() => entriesOf([rule('10.0.0.0/8', ports)])).toThrow('25 ports of one address');
});
