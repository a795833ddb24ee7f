import { useState } from 'react';
import { hasCode } from '../../shared/api/api-error.ts';
import { failureText } from '../../shared/api/failure-text.ts';
import type { Product } from '../../shared/api/types.ts';
import { Button, ButtonLink } from '../../shared/ui/button.tsx';
import { useToasts } from '../../shared/ui/toasts.tsx';
import { useCart } from './state/cart-context.tsx';

interface AddToCartProps {
  product: Product;
  size: 'card' | 'page';
  /** The product on the page is outdated: read it again. */
  onOutdated: () => void;
}

export function AddToCart({ product, size, onOutdated }: AddToCartProps) {
  const { change } = useCart();
  const { showToast } = useToasts();
  const [adding, setAdding] = useState(false);
  const soldOut = product.available <= 0;

  async function add() {
    setAdding(true);
    try {
      await change({ kind: 'add', product, quantity: 1 });
      showToast({
        tone: 'done',
        text: `${product.product_name} is in your cart.`,
        action: VIEW_CART,
      });
    } catch (error) {
      if (hasCode(error, 'price-changed', 'product-not-found')) onOutdated();
      showToast({ tone: 'failed', text: refusalText(error, product.product_name) });
    } finally {
      setAdding(false);
    }
  }

  return (
    <Button
      look={size === 'page' ? 'primary' : 'compact'}
      disabled={soldOut}
      aria-busy={adding}
      onClick={adding ? undefined : () => void add()}
      className={size === 'page' ? 'w-full sm:w-auto sm:min-w-56' : undefined}
    >
      <ButtonText product={product} soldOut={soldOut} size={size} />
    </Button>
  );
}

/** Screen readers get the product's name, because they may list buttons out of context. */
function ButtonText({
  product,
  soldOut,
  size,
}: {
  product: Product;
  soldOut: boolean;
  size: string;
}) {
  const name = <span className="sr-only">{product.product_name} </span>;
  if (soldOut) return <span>{name}Sold out</span>;
  return (
    <span>
      Add {name}
      <span className={size === 'card' ? 'max-sm:sr-only' : undefined}>to cart</span>
    </span>
  );
}

const VIEW_CART = (
  <ButtonLink look="quiet" to="/cart" className="shrink-0 text-inherit">
    View cart
  </ButtonLink>
);

function refusalText(error: unknown, productName: string): string {
  if (hasCode(error, 'price-changed')) {
    return `The price of ${productName} has just changed, so it was not added. The new price is on the page now.`;
  }
  if (hasCode(error, 'product-not-found')) return `${productName} is no longer sold.`;
  if (hasCode(error, 'quantity-limit')) {
    return `Your cart holds as many ${productName} as one order can have (99).`;
  }
  if (hasCode(error, 'line-limit')) {
    return 'Your cart holds 100 different products, the most one order can have. Remove one to add another.';
  }
  return `${productName} was not added. ${failureText(error)}`;
}
