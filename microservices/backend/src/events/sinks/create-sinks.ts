import type { EventsConfig } from '../../config/config.ts';
import type { Sink } from './sink.ts';
import { createWebhookSink } from './webhook-sink.ts';

/** The sinks that are configured; none: events are kept, and go to nobody. */
export async function createSinks(
  { webhook, snsTopicArn, eventBusArn }: EventsConfig,
  webhookKeys: readonly Uint8Array[],
): Promise<Sink[]> {
  const sinks: Sink[] = [];
  if (webhook) sinks.push(createWebhookSink({ ...webhook, keys: webhookKeys }));
  // The SDK's modules take as long to load as everything else.
  if (snsTopicArn) sinks.push((await import('./sns-sink.ts')).createSnsSink(snsTopicArn));
  if (eventBusArn)
    sinks.push((await import('./event-bridge-sink.ts')).createEventBridgeSink(eventBusArn));
  return sinks;
}
