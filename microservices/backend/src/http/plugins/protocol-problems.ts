import type { FastifySchema } from 'fastify';
import { responses } from '../schemas.ts';

/** What the server answers before an operation is reached, so that no route has to name it. */
const ANYWHERE = [400, 408, 431] as const;
/** The same below /api: headers that are not text. */
const API = [422] as const;
/** The same with parameters in the path. */
const PATH = [414] as const;

/** Documents them for one operation. */
export function withProtocolProblems(url: string, schema: FastifySchema): FastifySchema {
  const { response } = schema;
  if (typeof response !== 'object' || response === null) return schema;
  const common = responses(
    {},
    ...ANYWHERE,
    ...(url.startsWith('/api/') ? API : []),
    ...(schema.params ? PATH : []),
  );
  return { ...schema, response: { ...common, ...response } };
}
