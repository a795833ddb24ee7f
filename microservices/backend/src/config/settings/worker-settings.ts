import { Type } from 'typebox';
import { integer, optional, port } from './setting-types.ts';

/** One key a line, as Standard Webhooks writes it. */
export const WEBHOOK_SECRET_PATTERN =
  '^whsec_[A-Za-z0-9+/]{32,88}={0,2}(\\nwhsec_[A-Za-z0-9+/]{32,88}={0,2})*$';

/** Of the worker, and of what it tells other systems. */
export const WORKER_SETTINGS = {
  WORKER_PORT: port('Port of the worker’s probes and metrics', 8001),
  ORDERS_POLL_MS: integer(
    'How often the worker looks for orders that nobody pays and for what the payment provider has to be told, in ms',
    { default: 1000, minimum: 10, maximum: 60_000 },
  ),
  STOCK_POLL_MS: integer(
    'How often the worker looks over the stock, in ms; less often if a look takes long',
    { default: 5000, minimum: 10, maximum: 3_600_000 },
  ),
  WEBHOOK_URL: Type.Optional(
    Type.String({
      description:
        'Where the worker posts events (Standard Webhooks); `http:` only outside ENVIRONMENT `production`',
      pattern: '^https?://',
    }),
  ),
  WEBHOOK_SECRET: Type.Optional(
    Type.String({
      description:
        'Key that signs webhooks, `whsec_` and base64 of 24 to 64 bytes; required with WEBHOOK_URL. ' +
        'Further lines are other keys that sign too, for a rotation',
      pattern: WEBHOOK_SECRET_PATTERN,
    }),
  ),
  WEBHOOK_SECRET_FILE: optional('A file with that key, instead'),
  WEBHOOK_TIMEOUT_MS: integer('Longest wait for a webhook’s receiver, in ms', {
    default: 8000,
    minimum: 10,
    maximum: 60_000,
  }),
  SNS_TOPIC_ARN: Type.Optional(
    Type.String({
      description:
        'Amazon SNS topic that gets the events; only a FIFO topic keeps their order. Credentials as the AWS SDK finds them',
      pattern: '^arn:aws[a-z-]*:sns:[a-z0-9-]+:\\d{12}:[\\w-]+(\\.fifo)?$',
    }),
  ),
  EVENT_BUS_ARN: Type.Optional(
    Type.String({
      description: 'Amazon EventBridge bus that gets the events; it keeps no order',
      pattern: '^arn:aws[a-z-]*:events:[a-z0-9-]+:\\d{12}:event-bus/[\\w./-]+$',
    }),
  ),
  EVENT_POLL_MS: integer('How often the worker looks for new events, in ms', {
    default: 250,
    minimum: 10,
    maximum: 60_000,
  }),
  EVENT_CONCURRENCY: integer('Deliveries to one receiver at once, of each worker', {
    default: 16,
    minimum: 1,
    maximum: 1000,
  }),
  EVENT_RETRY_MS: integer(
    'Pause after the first failed delivery, in ms; doubled after each further one, up to six hours',
    { default: 5000, minimum: 10, maximum: 3_600_000 },
  ),
  EVENT_MAX_ATTEMPTS: integer('Attempts until a delivery is a dead letter; 20 take two days', {
    default: 20,
    minimum: 1,
    maximum: 100,
  }),
  EVENT_LEASE_MS: integer(
    'How long after the longest attempt another worker takes over what a dead one had begun, in ms',
    { default: 10_000, minimum: 10, maximum: 600_000 },
  ),
};
