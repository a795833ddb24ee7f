import type { FastifyReply, FastifyRequest } from 'fastify';
import { LogController } from 'fastify';
import { isEventStream } from './event-stream.ts';
import { isProbe } from './probes/probe-paths.ts';
import { loggedPath } from './request-target.ts';

/**
 * One line for each request, when it has been answered. It names the customer by id alone, and of the
 * address the path without the query: neither an address of a person, nor a header, nor a body.
 */
export class AccessLog extends LogController {
  constructor() {
    super({ requestIdLogLabel: 'request_id' });
  }

  /** No line: a statement that is slow and still running has one of its own. */
  override incomingRequest(): void {}

  override requestCompleted(
    error: Error | null | undefined,
    request: FastifyRequest,
    reply: FastifyReply,
  ): void {
    // Written out: Node 20 takes longest for what is spread and then added to (decision 026).
    const facts = {
      method: request.method,
      route: request.routeOptions.url ?? 'unknown',
      path: loggedPath(request),
      status: reply.statusCode,
      ms: Math.round(reply.elapsedTime * 10) / 10,
      customer: request.customer?.customerId,
    };
    if (error) request.log.warn({ ...facts, err: error }, 'the answer did not arrive');
    else if (reply.statusCode < 400 && isProbe(facts.route)) request.log.debug(facts, COMPLETED);
    else request.log.info(facts, COMPLETED);
  }

  override streamError(error: Error, request: FastifyRequest, reply: FastifyReply): void {
    // That a client leaves is how a stream of events ends.
    if (isEventStream(reply)) this.requestCompleted(undefined, request, reply);
    else super.streamError(error, request, reply);
  }
}

const COMPLETED = 'request completed';
