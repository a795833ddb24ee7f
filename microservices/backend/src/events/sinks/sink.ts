import type { EventBody } from '../event-schemas.ts';

export type Outcome =
  | { readonly kind: 'delivered' }
  /** It is too early for it: nothing has failed, and the attempt does not count. */
  | { readonly kind: 'later'; readonly afterMs: number }
  /** For ever: the delivery is a dead letter at once. */
  | { readonly kind: 'refused'; readonly reason: string }
  | {
      readonly kind: 'failed';
      /** For the operator; without data of the event. */
      readonly reason: string;
      /** The receiver has said how long to wait. */
      readonly retryAfterMs?: number;
    };

/** A receiver of events. It may get an event several times, and always with the same id. */
export interface Sink extends AsyncDisposable {
  /** The key of its deliveries in the database: never renamed. */
  readonly name: string;
  readonly timeoutMs: number;
  /** The types of the events that it takes. @default all */
  readonly types?: ReadonlySet<string>;
  /** Never rejects. */
  deliver(event: EventBody, signal: AbortSignal): Promise<Outcome>;
}

export const DELIVERED: Outcome = { kind: 'delivered' };

export const failed = (error: unknown): Outcome => ({ kind: 'failed', reason: reasonOf(error) });

/** `fetch failed` says nothing: its cause has the code. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  const detail = cause instanceof Error ? ('code' in cause && cause.code) || cause.message : '';
  return [error.name, error.message, detail].filter(Boolean).join(': ');
}

/**
 * The text of an event, the same in each attempt. Characters that XML 1.0 cannot have are escaped: Amazon SQS refuses
 * them in the messages that it gets from SNS.
 */
export const textOf = (event: EventBody): string =>
  JSON.stringify(event).replaceAll(
    /[\u007f-\u009f\ufffe\uffff]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
