import type { Cart } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import { ProductImage } from '../../../shared/ui/product-image.tsx';
import { stockText } from '../stock/line-check.ts';
import { LinePrice } from '../stock/line-price.tsx';
import { useLineChecks } from '../stock/use-line-checks.ts';

/** A short list of the cart's lines, beside the checkout form. */
export function SummaryLines({ cart }: { cart: Cart }) {
  const lines = useLineChecks(cart);
  return (
    <ul
      aria-label="Products in this order"
      className="mb-6 max-h-80 space-y-4 overflow-y-auto border-line border-b pb-6"
    >
      {lines.map(({ line, check }) => (
        <li key={line.product_id} className="flex items-center gap-4">
          <ProductImage src={line.image_url} size={56} className="size-14 shrink-0 rounded-lg" />
          <div className="min-w-0 flex-1">
            <p className="leading-snug">
              <bdi>{line.product_name}</bdi>
            </p>
            <p className="text-muted text-sm">
              {line.quantity} ×{' '}
              <LinePrice price={line.price} newPrice={check.newPrice} currency={cart.currency} />
            </p>
            {check.isShort || check.isWithdrawn ? (
              <p className="font-semibold text-rust text-sm">{stockText(check, line.quantity)}</p>
            ) : null}
          </div>
          <p className="tabular-nums">{formatMoney(line.subtotal, cart.currency)}</p>
        </li>
      ))}
    </ul>
  );
}
