import type { App, Context } from '../../../context.ts';
import { isMatch } from '../../../http/entity-tag.ts';
import { Problem } from '../../../http/problem.ts';
import { CustomerParams } from '../../../http/schemas.ts';
import { type Answer, problemAnswer, sendAnswer } from '../../../http/stored-response.ts';
import { keyedOf, sendReplay } from '../../../idempotency/idempotent-request.ts';
import { MergeBody } from '../cart.schemas.ts';
import type { CartMemory } from '../engine/cart-cache.ts';
import { cartAnswer, cartAnswers, otherVersion } from '../routes/cart-response.ts';
import { type Merged, merge } from './cart-merge.ts';

export async function cartMergeRoutes(
  app: App,
  { tokens, metrics, feed }: Context,
  memory: CartMemory,
): Promise<void> {
  app.post(
    '/cart/:customer_id/merge',
    {
      schema: {
        operationId: 'mergeCart',
        summary: 'Move a guest’s lines into this cart, as after signing in; well if it has none',
        tags: ['cart'],
        params: CustomerParams,
        body: MergeBody,
        response: cartAnswers(409, 412),
      },
    },
    async (request, reply) => {
      const guest = await tokens.verify(request.body.guest_token);
      if (guest?.kind !== 'guest') throw new Problem('guest-token-invalid');
      const ifMatch = request.headers['if-match'];
      const wanted = {
        from: guest.customerId,
        into: request.params.customer_id,
        isWanted: (version: number) => isMatch(ifMatch, version),
      };
      const toAnswer = (merged: Merged) => answerOf(merged, request.id);
      const merged = await merge(request.database, memory, wanted, keyedOf(request), toAnswer);
      if ('replayed' in merged) return sendReplay(reply, merged.replayed);
      if (merged.outcome === 'merged') {
        feed.announce(merged.cart);
        feed.announceUnread(guest.customerId);
        if (merged.cart.version === 1) metrics.shop.cartCreated();
      }
      return sendAnswer(reply, toAnswer(merged));
    },
  );
}

function answerOf(merged: Merged, requestId: string): Answer {
  switch (merged.outcome) {
    case 'line-limit':
      return problemAnswer(new Problem('line-limit'), requestId);
    case 'other-version':
      return problemAnswer(otherVersion(merged.cart), requestId);
    default:
      return cartAnswer(merged.cart);
  }
}
