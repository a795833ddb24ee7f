import type { Cart } from '../../../shared/api/types.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { useCartActions } from '../use-cart-actions.ts';
import { stockText } from './line-check.ts';
import { LineFixes } from './line-fixes.tsx';
import { LinePrice } from './line-price.tsx';
import { type CheckedLine, useIssues } from './use-line-checks.ts';

/** What has changed since the shopper filled the cart, each with its fix. Announced when it appears. */
export function CartIssues({ cart }: { cart: Cart }) {
  const issues = useIssues(cart);
  return (
    <div aria-live="polite" className="empty:mb-0">
      {issues.length > 0 ? (
        <section
          aria-labelledby="issues-heading"
          className="rounded-2xl border-l-4 border-rust bg-blush p-5"
        >
          <h2 id="issues-heading" className="font-semibold">
            Look at this before you order
          </h2>
          <ul className="mt-3 space-y-3">
            {issues.map((issue) => (
              <Issue key={issue.line.product_id} issue={issue} currency={cart.currency} />
            ))}
          </ul>
        </section>
      ) : null}
    </div>
  );
}

function Issue({ issue: { line, check }, currency }: { issue: CheckedLine; currency: string }) {
  const { acceptPrice, reduce, remove } = useCartActions();
  const { product_id: productId, product_name: name, quantity } = line;
  const stock = check.isShort || check.isWithdrawn ? stockText(check, quantity) : undefined;
  const isGone = check.isWithdrawn || (check.available ?? 1) <= 0;
  return (
    <li className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2">
      <span className="min-w-0">
        <bdi className="font-semibold">{name}</bdi>
        {check.newPrice === undefined ? null : (
          <span className="block text-muted tabular-nums">
            <LinePrice price={line.price} newPrice={check.newPrice} currency={currency} /> each
          </span>
        )}
        {stock === undefined ? null : <span className="block">{stock}</span>}
      </span>
      <span className="flex flex-wrap gap-2">
        {isGone ? (
          <Button look="compact" onClick={() => void remove(line)}>
            <span>
              Remove<span className="sr-only"> {name}</span>
            </span>
          </Button>
        ) : (
          <LineFixes
            line={line}
            check={check}
            currency={currency}
            onAcceptPrice={(price) => void acceptPrice(productId, price)}
            onReduce={(left) => void reduce(productId, left)}
          />
        )}
      </span>
    </li>
  );
}
