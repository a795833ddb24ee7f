import type { FastifyServerOptions } from 'fastify';
import type { LevelWithSilent } from 'pino';

/** Where lines go. */
export type LogStream = { write(line: string): void };

/** One JSON object a line; never a token, a cookie or an address of a person. */
export function loggerOptions(
  level: LevelWithSilent,
  stream?: LogStream,
  service = 'carthub-backend',
): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    ...(stream ? { stream } : {}),
    base: { service },
    messageKey: 'message',
    formatters: { level: (label) => ({ level: label }) },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    // PostgreSQL's details show whole rows, with names and addresses in them.
    redact: ['detail', 'where', 'internalQuery', 'parameters'].map((name) => `err.${name}`),
  };
}
