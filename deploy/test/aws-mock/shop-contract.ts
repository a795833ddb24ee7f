import { readFileSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { resolve } from 'node:path';
import { z } from 'zod';
import { type Answer, problem } from './answer.ts';

const FILE = resolve(import.meta.dirname, '../../../microservices/backend/openapi.json');

const SCHEMA = z.custom<Parameters<typeof z.fromJSONSchema>[0]>(
  (value) => typeof value === 'object',
);
const OPERATION = z.object({
  security: z.array(z.unknown()).optional(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), schema: SCHEMA })).default([]),
  requestBody: z
    .object({ content: z.object({ 'application/json': z.object({ schema: SCHEMA }) }) })
    .optional(),
});
const { paths } = z
  .object({ paths: z.record(z.string(), z.record(z.string(), z.unknown())) })
  .parse(JSON.parse(readFileSync(FILE, 'utf8')));

export interface ShopRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * What the backend answers to a request outside its contract: its path, its token, its type and its members, checked
 * with the schemas of microservices/backend/openapi.json. In the order of the real one: 404, 401, 415, 400, 422.
 */
export function refusalOf({ method, url, headers, body }: ShopRequest): Answer | undefined {
  // A path without parameters comes first, as in the backend's router.
  const template = Object.keys(paths)
    .sort((one, other) => Number(one.includes('{')) - Number(other.includes('{')))
    .find((path) => new RegExp(`^${path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(url.pathname));
  const found = template && paths[template]?.[method.toLowerCase()];
  if (!found) return problem(404, 'not-found');
  const { security, parameters, requestBody } = OPERATION.parse(found);
  const { authorization = '', 'content-type': type = '' } = headers;
  if (security && !authorization.startsWith('Bearer ')) return problem(401, 'unauthenticated');
  if (requestBody && !type.startsWith('application/json'))
    return problem(415, 'unsupported-media-type');
  const invalid = parameters.filter(({ name, in: place, schema }) => {
    const text = place === 'query' ? url.searchParams.get(name) : null;
    return text !== null && !isValid(schema, /^\d+$/.test(text) ? Number(text) : text);
  });
  if (invalid.length > 0) return problem(422, 'validation-failed');
  return requestBody && bodyRefusal(requestBody.content['application/json'].schema, body);
}

function bodyRefusal(
  schema: Parameters<typeof z.fromJSONSchema>[0],
  body: string,
): Answer | undefined {
  try {
    return isValid(schema, JSON.parse(body)) ? undefined : problem(422, 'validation-failed');
  } catch {
    return problem(400, 'malformed-request');
  }
}

function isValid(schema: Parameters<typeof z.fromJSONSchema>[0], value: unknown): boolean {
  return z.fromJSONSchema(schema).safeParse(value).success;
}
