import { Link } from 'react-router';
import type { CartLine } from '../../shared/api/types.ts';
import { formatMoney } from '../../shared/lib/format.ts';
import { productAddress } from '../../shared/lib/product-address.ts';
import { Button } from '../../shared/ui/button.tsx';
import { ProductImage } from '../../shared/ui/product-image.tsx';
import { QuantityStepper } from './quantity-stepper.tsx';
import { hasIssue, type LineCheck, stockText } from './stock/line-check.ts';
import { LineFixes } from './stock/line-fixes.tsx';
import { LinePrice } from './stock/line-price.tsx';

interface CartLineRowProps {
  line: CartLine;
  check: LineCheck;
  currency: string;
  /** The amount is from before a pending change. */
  outdated: boolean;
  onAdjust: (by: number) => void;
  onQuantity: (quantity: number) => void;
  onReduce: (quantity: number) => void;
  onAcceptPrice: (price: number) => void;
  onRemove: () => void;
}

export function CartLineRow(props: CartLineRowProps) {
  const { line, check, currency, outdated, onRemove } = props;
  const address = productAddress(line.product_id);
  return (
    <li className="grid grid-cols-[5.5rem_1fr] gap-x-4 gap-y-3 border-line border-t py-6 sm:grid-cols-[7.5rem_1fr_auto] sm:gap-x-6">
      <Link to={address} tabIndex={-1} aria-hidden="true" className="row-span-2 sm:row-span-1">
        <ProductImage src={line.image_url} size={120} className="h-auto w-full rounded-xl" />
      </Link>
      <div>
        <h2 className="font-serif text-xl leading-snug">
          <Link to={address} className="decoration-1 underline-offset-4 hover:underline">
            <bdi>{line.product_name}</bdi>
          </Link>
        </h2>
        <p className="mt-1 text-muted tabular-nums">
          <LinePrice price={line.price} newPrice={check.newPrice} currency={currency} /> each
        </p>
        <LineNotes {...props} />
      </div>
      <div className="flex flex-wrap items-center justify-between gap-x-4 gap-y-2 sm:flex-col sm:items-end sm:justify-start">
        <QuantityStepper
          productName={line.product_name}
          quantity={line.quantity}
          max={check.max}
          onAdjust={props.onAdjust}
          onChange={props.onQuantity}
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

/** What has changed about the product, in words, with its fix. The region is always there to be announced. */
function LineNotes({ line, check, currency, onAcceptPrice, onReduce }: CartLineRowProps) {
  const stock = stockText(check, line.quantity);
  const price = check.newPrice;
  return (
    <>
      <div
        aria-live="polite"
        data-issue={hasIssue(check)}
        className="mt-1 text-muted text-sm data-[issue=true]:font-semibold data-[issue=true]:text-rust"
      >
        {price === undefined ? null : (
          <p>The price has changed from {formatMoney(line.price, currency)}.</p>
        )}
        {stock === undefined ? null : <p>{stock}</p>}
      </div>
      {hasIssue(check) ? (
        <div className="mt-2 flex flex-wrap gap-2">
          <LineFixes
            line={line}
            check={check}
            currency={currency}
            onAcceptPrice={onAcceptPrice}
            onReduce={onReduce}
          />
        </div>
      ) : null}
    </>
  );
}
