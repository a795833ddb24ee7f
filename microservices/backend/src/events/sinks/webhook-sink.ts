import { createHmac } from 'node:crypto';
import { VERSION } from '../../version.ts';
import { DELIVERED, failed, type Outcome, type Sink, textOf } from './sink.ts';

const MAX_RETRY_AFTER_S = 3600;

interface Options {
  readonly url: string;
  readonly timeoutMs: number;
  /** Each signs, so that a receiver may know the old or the new one. */
  readonly keys: readonly Uint8Array[];
}

/** Posts each event to one address, signed as Standard Webhooks 1.0.0 says. Only a 2xx counts as delivered. */
export const createWebhookSink = ({ url, timeoutMs, keys }: Options): Sink => ({
  name: 'webhook',
  timeoutMs,
  deliver: async (event, signal) => {
    const body = textOf(event);
    const timestamp = Math.floor(Date.now() / 1000);
    const headers = {
      'content-type': 'application/json',
      'user-agent': `carthub/${VERSION}`,
      'webhook-id': event.id,
      'webhook-timestamp': String(timestamp),
      'webhook-signature': signaturesOf(`${event.id}.${timestamp}.${body}`, keys),
    };
    try {
      // A redirect would send the event to an address that nobody has configured.
      const redirect = 'manual';
      const response = await fetch(url, { method: 'POST', body, headers, redirect, signal });
      // The status has decided, whatever happens to the rest.
      await response.body?.cancel().catch(() => {});
      return response.ok ? DELIVERED : refused(response);
    } catch (error) {
      return failed(error);
    }
  },
  [Symbol.asyncDispose]: async () => {},
});

/** `v1,` and the base64 of an HMAC-SHA256 for each key. */
const signaturesOf = (content: string, keys: readonly Uint8Array[]): string =>
  keys.map((key) => `v1,${createHmac('sha256', key).update(content).digest('base64')}`).join(' ');

function refused({ status, headers }: Response): Outcome {
  const reason = `the receiver responded ${status}`;
  const seconds = headers.get('retry-after') ?? '';
  if (!/^\d{1,9}$/.test(seconds)) return { kind: 'failed', reason };
  const retryAfterMs = Math.min(Number(seconds), MAX_RETRY_AFTER_S) * 1000;
  return { kind: 'failed', reason, retryAfterMs };
}
