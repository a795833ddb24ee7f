import type { FastifyServerOptions } from 'fastify';
import type { LevelWithSilent } from 'pino';

/** One JSON object a line, on standard output; never a token, a cookie or an address of a person. */
export function loggerOptions(level: LevelWithSilent): NonNullable<FastifyServerOptions['logger']> {
  return {
    level,
    base: { service: 'carthub-backend' },
    messageKey: 'message',
    formatters: { level: (label) => ({ level: label }) },
    timestamp: () => `,"timestamp":"${new Date().toISOString()}"`,
    redact: ['req.headers.authorization', 'req.headers.cookie', 'err.params', 'err.parameters'],
  };
}
