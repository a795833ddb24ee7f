import { EVENTS, envelopeOf } from './event-schemas.ts';

/** The AsyncAPI document of the events, from their schemas. */
export function asyncApiDocument(version: string): object {
  const types = Object.entries(EVENTS);
  const messages = types.map(([type, { summary, data }]) => [
    type,
    {
      name: type,
      title: type,
      summary,
      contentType: 'application/json',
      headers: { $ref: '#/components/schemas/WebhookHeaders' },
      payload: envelopeOf(type, data),
    },
  ]);
  const refs = types.map(([type]) => [type, { $ref: `#/components/messages/${type}` }]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Carthub events',
      version,
      description:
        'What the shop reports to other systems: signed webhooks (https://www.standardwebhooks.com), Amazon SNS, ' +
        'Amazon EventBridge. Each event arrives at least once; drop those whose id is known. Events of an aggregate ' +
        'arrive in the order of their sequence, but on EventBridge and SNS topics without FIFO, and but for dead ' +
        'letters that are sent again. Types and members may be added: ignore what you do not know.',
    },
    defaultContentType: 'application/json',
    channels: {
      events: {
        title: 'Events',
        description: 'The address is WEBHOOK_URL, SNS_TOPIC_ARN or EVENT_BUS_ARN.',
        address: null,
        messages: Object.fromEntries(refs),
      },
    },
    operations: {
      sendEvents: { action: 'send', channel: { $ref: '#/channels/events' } },
    },
    components: {
      messages: Object.fromEntries(messages),
      schemas: { WebhookHeaders: WEBHOOK_HEADERS },
    },
  };
}

/** Of webhooks only. */
const WEBHOOK_HEADERS = {
  type: 'object',
  properties: {
    'webhook-id': { type: 'string', description: 'The id of the event' },
    'webhook-timestamp': { type: 'string', description: 'Of the attempt, in Unix seconds' },
    'webhook-signature': {
      type: 'string',
      description:
        'One or more, separated by a space: `v1,` and the base64 of the HMAC-SHA256 of `id.timestamp.body`',
    },
  },
};
