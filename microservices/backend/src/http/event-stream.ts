import type { FastifyReply } from 'fastify';

export const EVENT_STREAM = 'text/event-stream';

/** Whether the answer goes on until one of the two sides has enough of it. */
export const isEventStream = (reply: FastifyReply): boolean =>
  reply.getHeader('content-type') === EVENT_STREAM;
