import { expect, it } from 'vitest';
import { argumentsOf, environmentOf } from '../src/manifests/container-environment.ts';
import type { Manifest } from '../src/manifests/kinds.ts';
import type { Container } from '../src/manifests/pod.ts';

const map = (name: string, value: string): Manifest => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { LEVEL: value },
});
const maps = [map('a', 'of a'), map('b', 'of b')];
const from = (...names: readonly string[]) => names.map((name) => ({ configMapRef: { name } }));
const container: Container = { name: 'api', image: 'api:1.0.0' };

it('gives a variable the value of the last source, and of the container before all', () => {
  expect(environmentOf(maps, { ...container, envFrom: from('b', 'a') })).toEqual({ LEVEL: 'of a' });
  const env = [{ name: 'LEVEL', value: 'own' }];
  expect(environmentOf(maps, { ...container, envFrom: from('a'), env })).toEqual({ LEVEL: 'own' });
});

it.each<[string, object]>([
  ['a prefix', { envFrom: [{ prefix: 'X_', configMapRef: { name: 'a' } }] }],
  ['a Secret', { envFrom: [{ secretRef: { name: 'a' } }] }],
  ['a field of the pod', { env: [{ name: 'IP', valueFrom: { fieldRef: {} } }] }],
  ['another variable', { env: [{ name: 'LEVEL', value: '$(OTHER)' }] }],
])('refuses a value from %s', (_what, more) => {
  expect(() => environmentOf(maps, { ...container, ...more })).toThrow(/envFrom with|kubelet/);
});

it('expands arguments as the kubelet does', () => {
  const args = ['$(A)', '$$(A)', '$(NONE)', '$(A-B.c)'];
  expect(argumentsOf({ ...container, args }, { A: '1', 'A-B.c': '2' })).toEqual([
    '1',
    '$(A)',
    '$(NONE)',
    '2',
  ]);
});
