import { createHash } from 'node:crypto';
import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { regionOf } from './aws.ts';
import { DELIVERED, failed, type Sink, textOf } from './sink.ts';

const TIMEOUT_MS = 8000;

/**
 * Publishes to an Amazon SNS topic. A FIFO topic keeps the order of each message group and drops repetitions of a
 * deduplication id for five minutes.
 */
export function createSnsSink(topicArn: string): Sink {
  // The worker retries.
  const client = new SNSClient({ region: regionOf(topicArn), maxAttempts: 1 });
  const isFifo = topicArn.endsWith('.fifo');
  return {
    name: 'sns',
    timeoutMs: TIMEOUT_MS,
    deliver: async (event, signal) => {
      const command = new PublishCommand({
        TopicArn: topicArn,
        Message: textOf(event),
        MessageAttributes: { type: { DataType: 'String', StringValue: event.type } },
        ...(isFifo
          ? { MessageGroupId: groupOf(event.aggregate), MessageDeduplicationId: event.id }
          : {}),
      });
      return client.send(command, { abortSignal: signal }).then(() => DELIVERED, failed);
    },
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}

/** A group id has up to 128 ASCII characters; an aggregate has more, of any kind. */
const groupOf = (aggregate: string): string => createHash('sha256').update(aggregate).digest('hex');
