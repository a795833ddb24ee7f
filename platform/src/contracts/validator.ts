import { Ajv2020, type ErrorObject } from 'ajv/dist/2020.js';
import type { JsonObject } from '../json.ts';

/** Variables and arguments are text: numbers and booleans are converted. */
const ajv = new Ajv2020({ allErrors: true, strict: false, coerceTypes: true });

/** @returns a sentence for each violation of the schema */
export function findViolations(schema: JsonObject, values: JsonObject): string[] {
  const validate = ajv.compile(schema);
  // A copy: the conversion writes into what it validates.
  return validate({ ...values }) ? [] : (validate.errors ?? []).map(describe);
}

function describe({ instancePath, message, params, keyword }: ErrorObject): string {
  const detail =
    keyword === 'additionalProperties'
      ? ` (${params.additionalProperty})`
      : keyword === 'enum'
        ? ` (${params.allowedValues.join(', ')})`
        : '';
  return `${instancePath.slice(1)} ${message}${detail}`.trim();
}
