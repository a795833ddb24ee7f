import type { SwaggerTransform } from '@fastify/swagger';
import type { FastifySchema } from 'fastify';
import { Type } from 'typebox';

const IDEMPOTENCY_KEY = Type.String({
  description:
    'The caller’s name for this change. A repeat of the request with the same key changes nothing and gets ' +
    'the same response, with `Idempotency-Replayed: true`; kept for at least a day.',
  minLength: 1,
  maxLength: 255,
});
const IF_MATCH = Type.String({
  description: 'Entity tags of the cart, weak ones too; 412 if the cart has another',
});

/**
 * Documents the headers of every change of a customer. They are not validated here: that would cost the
 * requests without them.
 */
export function withChangeHeaders({ url, schema, route }: Parameters<SwaggerTransform>[0]) {
  const isChange = route.method !== 'GET' && route.method !== 'HEAD';
  if (!isChange || !schema?.security) return { url, schema };
  const headers = Type.Object({
    'idempotency-key': Type.Optional(IDEMPOTENCY_KEY),
    ...(canFailPrecondition(schema) ? { 'if-match': Type.Optional(IF_MATCH) } : {}),
  });
  return { url, schema: { ...schema, headers } };
}

/** A route takes If-Match if 412 Precondition Failed is among its responses. */
const canFailPrecondition = ({ response }: FastifySchema): boolean =>
  typeof response === 'object' && response !== null && 412 in response;
