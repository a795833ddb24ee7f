import type { App } from '../../../http/app.ts';
import { isMatch } from '../../../http/entity-tag.ts';
import { Problem } from '../../../http/problem.ts';
import { CustomerParams } from '../../../http/schemas.ts';
import { problemResponse, type StoredResponse, sendStored } from '../../../http/stored-response.ts';
import { idempotentRequestOf } from '../../../idempotency/idempotent-request.ts';
import { sendReplay } from '../../../idempotency/with-idempotency.ts';
import { MergeBody } from '../cart.schemas.ts';
import type { CartServices } from '../cart-services.ts';
import { versionMismatch } from '../engine/cart-refusals.ts';
import { cartResponse } from '../engine/cart-response.ts';
import { cartResponses } from '../routes/cart-response-schemas.ts';
import { type Merged, merge } from './cart-merge.service.ts';

/** Verifies the token whose owner's lines move. */
export interface GuestTokens {
  verifyWithGrace(token: string): Promise<TokenOwner | null>;
}

interface TokenOwner {
  readonly kind: string;
  readonly customerId: string;
}

export function mergeCart(app: App, services: CartServices, tokens: GuestTokens): void {
  const { cache, hub, metrics } = services;
  app.post(
    '/cart/:customer_id/merge',
    {
      schema: {
        operationId: 'mergeCart',
        summary:
          'Move a guest’s lines into this cart, as after signing in; succeeds if the guest has none',
        tags: ['cart'],
        params: CustomerParams,
        body: MergeBody,
        response: cartResponses(409, 'cart-changed'),
      },
    },
    async (request, reply) => {
      const guest = await tokens.verifyWithGrace(request.body.guest_token);
      if (guest?.kind !== 'guest') throw new Problem('guest-token-invalid');
      const ifMatch = request.headers['if-match'];
      const wanted = {
        from: guest.customerId,
        into: request.params.customer_id,
        acceptsVersion: (version: number) => isMatch(ifMatch, version),
      };
      const toResponse = (merged: Merged) => responseOf(merged, request.id);
      const merged = await merge(
        request.database,
        cache,
        wanted,
        idempotentRequestOf(request),
        toResponse,
      );
      if ('replayed' in merged) return sendReplay(reply, merged.replayed);
      if (merged.outcome === 'merged') {
        hub.publish(merged.cart);
        hub.publishUnread(guest.customerId);
        if (merged.cart.version === 1) metrics.cartCreated();
      }
      return sendStored(reply, toResponse(merged));
    },
  );
}

function responseOf(merged: Merged, requestId: string): StoredResponse {
  switch (merged.outcome) {
    case 'line-limit':
      return problemResponse(new Problem('line-limit'), requestId);
    case 'version-mismatch':
      return problemResponse(versionMismatch(merged.cart), requestId);
    default:
      return cartResponse(merged.cart);
  }
}
