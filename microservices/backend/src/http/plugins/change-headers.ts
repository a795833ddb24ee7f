import type { SwaggerTransform } from '@fastify/swagger';
import { Type } from 'typebox';

const IDEMPOTENCY_KEY = Type.String({
  description:
    'The caller’s name for this change. The same request with the same key is done once and answered ' +
    'the same, with `Idempotency-Replayed: true`; kept for at least a day.',
  minLength: 1,
  maxLength: 255,
});
const IF_MATCH = Type.String({
  description: 'Entity tags of the cart that the change is meant for; 412 for any other',
});
const CHANGES_CART = /\/cart\/(items|:customer_id)/;

/**
 * The headers that every change of a customer takes. They are only documented: to have each request's
 * headers validated would cost those that send none.
 */
export function withChangeHeaders({ url, schema, route }: Parameters<SwaggerTransform>[0]) {
  const isChange = route.method !== 'GET' && route.method !== 'HEAD';
  if (!isChange || !schema?.security) return { url, schema };
  const headers = Type.Object({
    'idempotency-key': Type.Optional(IDEMPOTENCY_KEY),
    ...(CHANGES_CART.test(url) ? { 'if-match': Type.Optional(IF_MATCH) } : {}),
  });
  return { url, schema: { ...schema, headers } };
}
