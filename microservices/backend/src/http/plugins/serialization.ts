import { SerializerSelector } from '@fastify/fast-json-stringify-compiler';
import type { FastifyServerOptions } from 'fastify';

type SchemaController = NonNullable<FastifyServerOptions['schemaController']>;
type SerializerCompiler = ReturnType<ReturnType<typeof SerializerSelector>>;
/** The compiler's types leave out what Fastify gives it for a schema with a content type. */
type SerializedRoute = Parameters<SerializerCompiler>[0] & { readonly contentType?: string };

const select = SerializerSelector();

/**
 * Fastify's own serializers, each compiled once: most answers of most routes are the same problem, and
 * compiling one anew for each status of each route took a fifth of the start.
 */
export const sharedSerializers: SchemaController = {
  compilersFactory: {
    buildSerializer: (externalSchemas, options) => once(select(externalSchemas, options)),
  },
};

function once(compile: SerializerCompiler): SerializerCompiler {
  const compiled = new Map<string, ReturnType<SerializerCompiler>>();
  return (route: SerializedRoute) => {
    // Problems are sent as text that is already JSON.
    if (route.contentType === 'application/problem+json') return JSON.stringify;
    const key = JSON.stringify(route.schema);
    const serializer = compiled.get(key) ?? compile(route);
    compiled.set(key, serializer);
    return serializer;
  };
}
