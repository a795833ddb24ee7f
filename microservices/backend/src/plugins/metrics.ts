import type { FastifyReply, FastifyRequest } from 'fastify';
import { Gauge, Histogram } from 'prom-client';
import type { App, Context } from '../context.ts';
import { isEventStream } from '../event-stream.ts';
import { BUCKETS } from '../metrics/buckets.ts';

/** Others are counted as one, so that a caller can not make time series. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Counts requests by route template, and serves all metrics at `GET /metrics` for Prometheus. */
export function addMetrics(app: App, { metrics: { registry } }: Context): void {
  const duration = new Histogram({
    name: 'http_request_duration_seconds',
    help: 'Time from the request to its complete answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [...BUCKETS],
    registers: [registry],
  });
  const inFlight = new Gauge({
    name: 'http_requests_in_flight',
    help: 'Requests that are being answered',
    registers: [registry],
  });
  app.addHook('onRequest', async (_request, reply) => {
    inFlight.inc();
    const settle = () => inFlight.dec();
    // Of an answer that nobody waits for any more this is the only sign.
    reply.raw.once('close', settle);
    settling.set(reply, settle);
  });
  app.addHook('onSend', async (request, reply) => {
    if (!isEventStream(reply)) return;
    // It has been answered with its first word; how long it goes on says nothing.
    const settle = settling.get(reply);
    if (settle && reply.raw.off('close', settle)) settle();
    observe(request, reply);
  });
  app.addHook('onResponse', async (request, reply) => {
    if (!isEventStream(reply)) observe(request, reply);
  });
  const settling = new WeakMap<FastifyReply, () => void>();
  const observe = (request: FastifyRequest, reply: FastifyReply) => {
    const method = METHODS.has(request.method) ? request.method : 'other';
    const route = request.routeOptions.url ?? 'unknown';
    duration.observe({ method, route, status: reply.statusCode }, reply.elapsedTime / 1000);
  };

  app.get('/metrics', { schema: { hide: true } }, async (_request, reply) => {
    const text = await registry.metrics();
    return reply.type(registry.contentType).send(text);
  });
}
