import type { IdempotentRequest } from '../../../idempotency/idempotent-request.ts';
import type { Change, Outcome } from './cart-rules.ts';
import type { CartSnapshot } from './cart-snapshot.ts';

/** What a request asks of a cart. */
export interface CartCommand {
  readonly change: Change;
  /** The header If-Match: the change is meant for a cart with one of these entity tags. */
  readonly ifMatch?: string | undefined;
  readonly requestId: string;
  /** With an Idempotency-Key: the response is stored together with the change. */
  readonly idempotentRequest?: IdempotentRequest | undefined;
}

/** What became of a command, and the cart after it: unchanged where the command was refused. */
export interface CommandResult {
  readonly outcome: Outcome | { readonly kind: 'version-mismatch' };
  readonly cart: CartSnapshot;
}
