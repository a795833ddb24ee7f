import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { Type } from 'typebox';
import { BUCKETS } from '../../metrics/buckets.ts';
import type { App } from '../app.ts';
import type { ConcurrencyLimiter } from '../concurrency-limiter.ts';
import { isEventStream } from '../event-stream.ts';

/** Other methods are counted as one, so that a caller cannot create time series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const methodOf = (method: string): string => (METHODS.has(method) ? method : 'other');

const schema = {
  operationId: 'metrics',
  summary: 'All metrics in the text format of Prometheus',
  tags: ['operations'],
  response: {
    200: {
      description: 'Default response',
      content: { 'text/plain': { schema: Type.String() } },
    },
  },
};

/** Counts requests by route template, and serves all metrics at `GET /metrics` for Prometheus. */
export function addMetrics(app: App, registry: Registry, limiter: ConcurrencyLimiter): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its complete answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [...BUCKETS],
    registers: [registry],
  });
  new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered; streams, once they have begun, are not',
    registers: [registry],
    collect() {
      this.set(limiter.running);
    },
  });
  const observe = (request: FastifyRequest, reply: FastifyReply) => {
    const method = methodOf(request.method);
    const route = request.routeOptions.url ?? 'unknown';
    const ms = limiter.waitedMs(request.raw) + reply.elapsedTime;
    duration.observe({ method, route, status: reply.statusCode }, ms / 1000);
  };
  limiter.onRefused = (method, ms) =>
    duration.observe({ method: methodOf(method), route: 'turned away', status: 503 }, ms / 1000);
  app.addHook('onSend', (request, reply, _payload, done) => {
    // It has been answered with its first word; how long it goes on says nothing.
    if (isEventStream(reply)) {
      limiter.release(request.raw);
      observe(request, reply);
    }
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    if (!isEventStream(reply)) observe(request, reply);
    done();
  });
  addMetricsPage(app, registry);
}

export function addMetricsPage(app: App, registry: Registry): void {
  app.get('/metrics', { schema }, async (_request, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}
