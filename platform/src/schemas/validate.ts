import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import { at, isObject, type JsonObject } from '../json.ts';

const DIRECTORY = join(import.meta.dirname, '../../schemas');

const builtIn = read('kubernetes.generated.json');
const custom = read('custom.generated.json');
const ajv = new Ajv({
  allErrors: true,
  strict: false,
  validateFormats: false,
  code: { regExp: Object.assign(goRegExp, { code: 'goRegExp' }) },
});
ajv.addSchema(builtIn, 'kubernetes');

const validators = new Map<string, ValidateFunction>();

/** @returns a sentence for each violation of the schema of the object's kind */
export function findSchemaProblems(object: unknown): string[] {
  const key = `${at(object, 'apiVersion')} ${at(object, 'kind')}`;
  const validate = validatorOf(key);
  if (validate === undefined) return [`${key} is not a known kind of the cluster`];
  if (validate(object)) return [];
  const name = `${at(object, 'kind')} ${at(object, 'metadata', 'name')}`;
  return (validate.errors ?? []).map((error) => `${name}: ${describe(error)}`);
}

function validatorOf(key: string): ValidateFunction | undefined {
  const known = validators.get(key);
  if (known) return known;
  const schema = at(custom, 'kinds', key) ?? reference(key);
  if (!isObject(schema)) return undefined;
  const validate = ajv.compile(schema);
  validators.set(key, validate);
  return validate;
}

function reference(key: string): JsonObject | undefined {
  const $ref = at(builtIn, 'kinds', key, '$ref');
  return typeof $ref === 'string' ? { $ref: `kubernetes${$ref}` } : undefined;
}

function describe({ instancePath, message, params, keyword }: ErrorObject): string {
  const detail = keyword === 'additionalProperties' ? ` (${params.additionalProperty})` : '';
  return `${instancePath || '/'} ${message}${detail}`;
}

function read(file: string): JsonObject {
  const value: unknown = JSON.parse(readFileSync(join(DIRECTORY, file), 'utf8'));
  if (!isObject(value)) throw new Error(`${file} contains no JSON object`);
  return value;
}

/** The patterns are in Go's syntax, where a leading `(?i)` ignores case. */
function goRegExp(pattern: string, flags: string): RegExp {
  const inner = pattern.replace('(?i)', '');
  return new RegExp(inner, inner === pattern ? flags : `${flags}i`);
}
