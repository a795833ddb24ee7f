import { Problem } from '../../../http/problem.ts';
import { numberFromMinor } from '../../../money.ts';
import { versionMismatch } from '../../cart/engine/cart-refusals.ts';
import type { Refusal } from '../assess.ts';
import type { CheckoutResult } from '../checkout-request.ts';

/** The response to a checkout that did not become an order. */
export function refusalProblem(
  result: Exclude<CheckoutResult, { kind: 'ordered' | 'awaiting-payment' }>,
): Problem {
  switch (result.kind) {
    case 'payment-timeout':
    case 'payment-unavailable':
    case 'order-superseded':
      return new Problem(result.kind);
    case 'cart-changed':
      return versionMismatch(result.cart);
    case 'payment-declined':
      return new Problem('payment-declined', {
        members: { reason: result.reason, retryable: result.isRetryable },
      });
    default:
      return problemOf(result);
  }
}

function problemOf(refusal: Refusal): Problem {
  switch (refusal.kind) {
    case 'cart-empty':
    case 'total-limit':
    case 'delivery-unavailable':
      return new Problem(refusal.kind);
    case 'total-changed':
      return new Problem('total-changed', {
        members: {
          expected_total: numberFromMinor(refusal.expectedMinor),
          current_total: numberFromMinor(refusal.currentMinor),
        },
      });
    case 'quote-changed':
      return new Problem('quote-changed', {
        members: {
          quote_id: refusal.quoteId,
          shown_total: refusal.shownTotal,
          current_total: refusal.currentTotal,
          lines: [...refusal.lines],
        },
      });
    case 'code-refused':
      return new Problem('code-refused', { members: { codes: [...refusal.codes] } });
    default:
      return linesProblem(refusal);
  }
}

function linesProblem({
  kind,
  lines,
}: Extract<Refusal, { lines: readonly { productId: string; available: number }[] }>): Problem {
  const named = (line: (typeof lines)[number]) => ({
    product_id: line.productId,
    product_name: line.productName,
  });
  switch (kind) {
    case 'product-withdrawn':
      return new Problem('product-withdrawn', { members: { lines: lines.map(named) } });
    case 'price-changed':
      return new Problem('price-changed', {
        members: {
          lines: lines.map((line) => ({
            ...named(line),
            shown_price: numberFromMinor(line.priceMinor),
            current_price: numberFromMinor(line.currentPriceMinor),
          })),
        },
      });
    case 'out-of-stock':
      return new Problem('out-of-stock', {
        members: {
          lines: lines.map((line) => ({
            ...named(line),
            requested: line.quantity,
            available: line.available,
          })),
        },
      });
  }
}
