import { expect, it } from 'vitest';
import { at, isObject, type JsonObject } from '../src/json.ts';
import { readObjects } from '../src/manifests/read.ts';
import { findSchemaProblems } from '../src/schemas/validate.ts';
import { renderingOf, TARGETS } from '../src/targets.ts';

it.each(Object.keys(TARGETS))('every object of %s matches the schema of its kind', (target) => {
  const objects = readObjects(renderingOf(target));
  expect(objects.flatMap(findSchemaProblems)).toEqual([]);
  expect(objects.length).toBeGreaterThan(5);
});

it.each([
  ['a misspelled field', 'Deployment', 'spec.template.spec.containers.0.readynessProbe', {}],
  ['a field in the wrong place', 'Deployment', 'spec.containers', []],
  ['a string instead of a number', 'Deployment', 'spec.replicas', '3'],
  ['a number instead of a string', 'ConfigMap', 'data.PORT', 8000],
  ['a string instead of a boolean', 'ServiceAccount', 'automountServiceAccountToken', 'false'],
  ['a removed API version', 'CronJob', 'apiVersion', 'batch/v1beta1'],
  ['an unknown kind', 'Service', 'kind', 'Servise'],
  ['a list instead of an object', 'NetworkPolicy', 'spec.podSelector', []],
  ['an unknown field of metadata', 'ServiceMonitor', 'metadata.label', {}],
  ['an unknown field of a custom kind', 'ServiceMonitor', 'spec.endpoints.0.scheme2', 'http'],
  ['a value outside an enumeration', 'ServiceMonitor', 'spec.endpoints.0.scheme', 'gopher'],
  ['a string instead of an object', 'SecretProviderClass', 'spec.parameters', 'aws'],
  ['a missing required field', 'HorizontalPodAutoscaler', 'spec.maxReplicas', undefined],
])('finds %s', (_fault, kind, path, value) => {
  const object = readObjects(renderingOf('production')).find((each) => each.kind === kind);
  expect(findSchemaProblems(object)).toEqual([]);
  expect(findSchemaProblems(withValue(object, path.split('.'), value))).not.toEqual([]);
});

it('finds a duplicate key', () => {
  expect(() => readObjects(`${import.meta.dirname}/support/key-twice.yaml`)).toThrow('unique');
});

function withValue(object: unknown, path: readonly string[], value: unknown): JsonObject {
  const copy: unknown = structuredClone(object);
  const last = path.at(-1) ?? '';
  const parent = path
    .slice(0, -1)
    .reduce<unknown>(
      (inner, key) => (Array.isArray(inner) ? inner[Number(key)] : at(inner, key)),
      copy,
    );
  if (!isObject(copy) || !isObject(parent))
    throw new Error(`there is nothing at ${path.join('.')}`);
  Object.assign(parent, { [last]: value });
  return copy;
}
