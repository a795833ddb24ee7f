// Converts the schemas that Kubernetes publishes into strict JSON schemas.
//
// Terminology
//   kind key   apiVersion and kind of an object: "apps/v1 Deployment".
//   strict     an unknown field is an error, as with `kubectl --validate=strict`.

import { at, isObject, type JsonObject } from '../json.ts';

/** The kinds of Kubernetes itself that our manifests may use. */
const KINDS = [
  'v1 ConfigMap',
  'v1 Namespace',
  'v1 Service',
  'v1 ServiceAccount',
  'apps/v1 Deployment',
  'autoscaling/v2 HorizontalPodAutoscaler',
  'batch/v1 CronJob',
  'batch/v1 Job',
  'networking.k8s.io/v1 Ingress',
  'networking.k8s.io/v1 NetworkPolicy',
  'policy/v1 PodDisruptionBudget',
  'rbac.authorization.k8s.io/v1 Role',
  'rbac.authorization.k8s.io/v1 RoleBinding',
];

const INT_OR_STRING = { type: ['integer', 'string'] };
/** Documented as a string, but the API also accepts a number. */
const QUANTITY = { type: ['number', 'string'] };

/** @param swagger the OpenAPI 2 document of a Kubernetes version */
export function extractBuiltIn(swagger: JsonObject): JsonObject {
  const all = swagger.definitions;
  if (!isObject(all)) throw new Error('The OpenAPI document has no definitions');
  const names = new Map(
    Object.entries(all).flatMap(([name, definition]) =>
      kindKeys(definition).map((key) => [key, name] as const),
    ),
  );
  const kinds: Record<string, unknown> = {};
  const definitions: Record<string, unknown> = {};
  const waiting: string[] = [];
  for (const key of KINDS) {
    const name = names.get(key);
    if (name === undefined) throw new Error(`${key} is not in the OpenAPI document`);
    kinds[key] = { $ref: `#/definitions/${name}` };
    waiting.push(name);
  }
  for (let name = waiting.pop(); name !== undefined; name = waiting.pop()) {
    if (name in definitions) continue;
    definitions[name] = name.endsWith('.api.resource.Quantity') ? QUANTITY : strict(all[name]);
    waiting.push(...references(definitions[name]));
  }
  return { kinds, definitions: Object.fromEntries(Object.entries(definitions).sort()) };
}

/** @param crd a CustomResourceDefinition */
export function extractCustom(crd: JsonObject): JsonObject {
  const { group, names, versions } = isObject(crd.spec) ? crd.spec : {};
  if (!Array.isArray(versions)) throw new Error('The definition has no versions');
  return Object.fromEntries(
    versions
      .filter((version) => at(version, 'served') === true)
      .map((version) => {
        const schema = strict(at(version, 'schema', 'openAPIV3Schema'));
        return [`${group}/${at(version, 'name')} ${at(names, 'kind')}`, withMetadata(schema)];
      }),
  );
}

/** A CustomResourceDefinition declares metadata only as an object. */
function withMetadata(schema: unknown): unknown {
  if (!isObject(schema) || !isObject(schema.properties)) throw new Error('The kind has no fields');
  const metadata = {
    $ref: 'kubernetes#/definitions/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta',
  };
  return { ...schema, properties: { ...schema.properties, metadata } };
}

function kindKeys(definition: unknown): string[] {
  const list = at(definition, 'x-kubernetes-group-version-kind');
  if (!Array.isArray(list)) return [];
  return list.map(
    ({ group, version, kind }) => `${group === '' ? '' : `${group}/`}${version} ${kind}`,
  );
}

/** Removes descriptions and extensions and forbids unknown fields. */
function strict(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(strict);
  if (!isObject(schema)) return schema;
  if (schema.format === 'int-or-string' || schema['x-kubernetes-int-or-string'] === true) {
    return INT_OR_STRING;
  }
  const { properties, $ref } = schema;
  if (typeof $ref === 'string') return { $ref };
  const kept = Object.entries(schema).flatMap(([key, value]) =>
    /^(type|enum|required|pattern|minimum|maximum|minLength|maxLength|minItems|maxItems)$/.test(key)
      ? [[key, value]]
      : /^(items|additionalProperties|anyOf|oneOf|allOf)$/.test(key)
        ? [[key, strict(value)]]
        : [],
  );
  const result = Object.fromEntries(kept);
  if (!isObject(properties)) return result;
  const fields = Object.entries(properties).map(([name, field]) => [name, strict(field)]);
  const open = schema['x-kubernetes-preserve-unknown-fields'] === true;
  return {
    ...result,
    properties: Object.fromEntries(fields),
    ...(open ? {} : { additionalProperties: result.additionalProperties ?? false }),
  };
}

function references(schema: unknown): string[] {
  if (Array.isArray(schema)) return schema.flatMap(references);
  if (!isObject(schema)) return [];
  const own = typeof schema.$ref === 'string' ? [schema.$ref.replace('#/definitions/', '')] : [];
  return [...own, ...Object.values(schema).flatMap(references)];
}
