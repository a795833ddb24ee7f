import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { Type } from 'typebox';
import type { App } from '../../../http/app.ts';
import { EVENT_STREAM } from '../../../http/event-stream.ts';
import { CustomerParams, responses } from '../../../http/schemas.ts';
import type { CartServices } from '../cart-services.ts';

const LastEventId = Type.Object({
  'last-event-id': Type.Optional(
    Type.String({ description: 'The id of the last event that was seen' }),
  ),
});

const Events = {
  description: 'Events named `cart`; `id` is the version, `data` the Cart as JSON',
  content: { [EVENT_STREAM]: { schema: Type.String() } },
};

/** A stream has no static type. */
const RESPONSES: Record<string, unknown> = responses({ 200: Events }, 400, 401, 403, 422, 429, 503);

export function streamCart(app: App, { hub, reader }: CartServices): void {
  app.get(
    '/cart/:customer_id/events',
    {
      // A HEAD request would never end.
      exposeHeadRoute: false,
      schema: {
        operationId: 'streamCart',
        summary: 'The cart now and whenever it changes, as server-sent events',
        description:
          'An event has the whole cart. Changes close together may be one event: it tells what the cart is, ' +
          'not what was done to it. Ids only rise. With the present version as Last-Event-ID nothing is ' +
          'sent until it changes. The stream ends when the token expires or the instance stops; come back ' +
          'with the last id.',
        tags: ['cart'],
        params: CustomerParams,
        headers: LastEventId,
        response: RESPONSES,
      },
    },
    async (request, reply) => {
      const { customer_id: customerId } = request.params;
      const stream = hub.open(customerId, {
        lastEventId: toVersion(request.headers['last-event-id']),
        expiresAtMs: request.customer?.expiresAtMs,
        cut: () => {
          // After a complete response the connection may already serve another request.
          if (!reply.raw.writableFinished) reply.raw.destroy();
        },
      });
      endWithClient(request.raw.socket, reply.raw);
      try {
        // Opened before the read, so that no change is missed between the two.
        hub.begin(stream, await reader.read(request.database, customerId));
      } catch (error) {
        stream.destroy();
        throw error;
      }
      return reply.type(EVENT_STREAM).header('x-accel-buffering', 'no').send(stream);
    },
  );
}

/** A client that closes its half of the connection has gone: nobody reads on. */
function endWithClient(socket: Socket, response: ServerResponse): void {
  const end = () => response.destroy();
  socket.once('end', end);
  response.once('close', () => socket.off('end', end));
}

/** Any other id is treated as if the client had no version. */
const toVersion = (id: string | undefined): number | undefined =>
  id !== undefined && /^\d{1,10}$/.test(id) ? Number(id) : undefined;
