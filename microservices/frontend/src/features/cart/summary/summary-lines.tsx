import type { Cart } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';
import { ProductImage, productImageUrl } from '../../../shared/ui/product-image.tsx';

/** A short list of the cart's lines, beside the checkout form. */
export function SummaryLines({ cart }: { cart: Cart }) {
  return (
    <ul
      aria-label="Products in this order"
      className="mb-6 max-h-80 space-y-4 overflow-y-auto border-line border-b pb-6"
    >
      {cart.items.map((line) => (
        <li key={line.product_id} className="flex items-center gap-4">
          <ProductImage
            src={productImageUrl(line.product_id)}
            size={56}
            className="size-14 shrink-0 rounded-lg"
          />
          <div className="min-w-0 flex-1">
            <p className="leading-snug">{line.product_name}</p>
            <p className="text-muted text-sm">
              {line.quantity} × {formatMoney(line.price, cart.currency)}
            </p>
          </div>
          <p className="tabular-nums">{formatMoney(line.subtotal, cart.currency)}</p>
        </li>
      ))}
    </ul>
  );
}
