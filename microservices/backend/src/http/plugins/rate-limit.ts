import rateLimit from '@fastify/rate-limit';
import type { FastifyRequest } from 'fastify';
import type { App } from '../app.ts';
import { Problem } from '../problem.ts';

const WINDOW = '1 minute';
const KEPT_KEYS = 50_000;

/** Registers the store of counters; what is counted is decided below. */
export async function addRateLimit(app: App): Promise<void> {
  await app.register(rateLimit, { global: false, cache: KEPT_KEYS });
}

/** Lets each key through `max` times a minute, and says how many are left. 0: no limit. */
export function limitRate(app: App, max: number, keyOf: (request: FastifyRequest) => string): void {
  if (max === 0) return;
  const count = app.createRateLimit({ max, timeWindow: WINDOW, keyGenerator: keyOf });
  app.addHook('onRequest', async (request, reply) => {
    const result = await count(request);
    if (result.isAllowed) return;
    reply.header('ratelimit-limit', result.max);
    reply.header('ratelimit-remaining', result.remaining);
    reply.header('ratelimit-reset', result.ttlInSeconds);
    if (result.isExceeded) {
      throw new Problem('rate-limited', { retryAfterSeconds: result.ttlInSeconds });
    }
  });
}
