import { Link } from 'react-router';
import type { CartLine } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ProductImage, productImageUrl } from '../../shared/ui/product-image.tsx';
import { QuantityStepper } from './quantity-stepper.tsx';

interface CartLineRowProps {
  line: CartLine;
  currency: string;
  /** The amount is from before a pending change. */
  outdated: boolean;
  onQuantity: (quantity: number) => void;
  onRemove: () => void;
}

export function CartLineRow({ line, currency, outdated, onQuantity, onRemove }: CartLineRowProps) {
  const address = `/products/${encodeURIComponent(line.product_id)}`;
  return (
    <li className="grid grid-cols-[5.5rem_1fr] gap-x-4 gap-y-3 border-line border-t py-6 sm:grid-cols-[7.5rem_1fr_auto] sm:gap-x-6">
      <Link to={address} tabIndex={-1} aria-hidden="true" className="row-span-2 sm:row-span-1">
        <ProductImage
          src={productImageUrl(line.product_id)}
          size={120}
          className="h-auto w-full rounded-xl"
        />
      </Link>
      <div>
        <h2 className="font-serif text-xl leading-snug">
          <Link to={address} className="decoration-1 underline-offset-4 hover:underline">
            {line.product_name}
          </Link>
        </h2>
        <p className="mt-1 text-muted tabular-nums">{formatMoney(line.price, currency)} each</p>
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 sm:flex-col sm:items-end sm:justify-start">
        <QuantityStepper
          productName={line.product_name}
          quantity={line.quantity}
          onChange={onQuantity}
        />
        <p
          aria-busy={outdated}
          className="font-semibold text-lg tabular-nums transition-opacity aria-busy:opacity-40 sm:order-first"
        >
          <span className="sr-only">Line total </span>
          {formatMoney(line.subtotal, currency)}
        </p>
        <Button look="quiet" onClick={onRemove} aria-label={`Remove ${line.product_name}`}>
          Remove
        </Button>
      </div>
    </li>
  );
}
