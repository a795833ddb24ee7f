import { EventBridgeClient, PutEventsCommand } from '@aws-sdk/client-eventbridge';
import { regionOf } from './aws.ts';
import { DELIVERED, failed, type Sink, textOf } from './sink.ts';

const TIMEOUT_MS = 8000;
/** Rules match by it. */
const SOURCE = 'carthub';

/** Puts events on an Amazon EventBridge bus, which keeps no order: receivers compare the sequence. */
export function createEventBridgeSink(busArn: string): Sink {
  // The worker retries.
  const client = new EventBridgeClient({ region: regionOf(busArn), maxAttempts: 1 });
  return {
    name: 'event-bridge',
    timeoutMs: TIMEOUT_MS,
    deliver: async (event, signal) => {
      const entry = {
        EventBusName: busArn,
        Source: SOURCE,
        DetailType: event.type,
        Detail: textOf(event),
        Time: new Date(event.timestamp),
      };
      const command = new PutEventsCommand({ Entries: [entry] });
      try {
        const { Entries: [result] = [] } = await client.send(command, { abortSignal: signal });
        // The call succeeds although an entry has failed.
        const { ErrorCode: code, ErrorMessage: message } = result ?? {};
        return code === undefined ? DELIVERED : failed(`${code}: ${message ?? ''}`);
      } catch (error) {
        return failed(error);
      }
    },
    [Symbol.asyncDispose]: async () => client.destroy(),
  };
}
