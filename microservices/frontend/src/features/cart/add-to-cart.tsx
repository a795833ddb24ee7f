import { useId } from 'react';
import { hasCode } from '../../shared/api/api-error.ts';
import { failureText } from '../../shared/api/failure-text.ts';
import type { Product } from '../../shared/api/types.ts';
import { isolate } from '../../shared/lib/bidi.ts';
import { Button, ButtonLink } from '../../shared/ui/button.tsx';
import { useToasts } from '../../shared/ui/toasts.tsx';
import { MAX_QUANTITY } from './state/cart-change.ts';
import { useCart } from './state/cart-context.tsx';
import type { ChangeFailure } from './state/change-queue.ts';
import { useCartFeedback } from './use-cart-feedback.tsx';

interface AddToCartProps {
  product: Product;
  size: 'card' | 'page';
  /** The product on the page is outdated: read it again. */
  onOutdated: () => void;
}

/** Each click adds one, also while earlier ones are on their way, up to what is left. */
export function AddToCart({ product, size, onOutdated }: AddToCartProps) {
  const { quantityOf } = useCart();
  const { attempt } = useCartFeedback();
  const { showToast } = useToasts();
  const limitId = useId();
  const { product_id: id, product_name: name, available } = product;
  const unavailable = unavailableText(product);
  const limit = unavailable ? undefined : limitText(available, quantityOf(id));
  const toastKey = `added-${id}`;

  async function add() {
    if (limit) return showToast({ key: toastKey, tone: 'done', text: limit, action: VIEW_CART });
    const result = await attempt({ kind: 'add', product, quantity: 1 }, (failure) => {
      const { cause } = failure;
      if (hasCode(cause, 'price-changed', 'product-not-found', 'product-withdrawn')) onOutdated();
      return refusalText(failure, isolate(name));
    });
    if (!result) return;
    showToast({
      key: toastKey,
      tone: 'done',
      text: `${isolate(name)} is in your cart.`,
      action: VIEW_CART,
    });
  }

  return (
    <>
      <Button
        look={size === 'page' ? 'primary' : 'compact'}
        disabled={unavailable !== undefined}
        aria-disabled={limit !== undefined}
        aria-describedby={limit && limitId}
        onClick={() => void add()}
        className={size === 'page' ? 'w-full sm:w-auto sm:min-w-56' : undefined}
      >
        <ButtonText name={name} unavailable={unavailable} size={size} />
      </Button>
      <p
        id={limitId}
        aria-live="polite"
        className={size === 'page' ? 'mt-2 text-muted empty:hidden' : 'sr-only'}
      >
        {limit}
      </p>
    </>
  );
}

/** Why no more can be added; undefined while more can. */
function limitText(available: number, inCart: number): string | undefined {
  if (inCart < available) return undefined;
  if (inCart > available) return `Only ${available} left, but your cart has ${inCart}.`;
  return available === 1
    ? 'Only 1 left, and it is in your cart.'
    : `Only ${available} left, and they are in your cart.`;
}

interface ButtonTextProps {
  name: string;
  unavailable: string | undefined;
  size: AddToCartProps['size'];
}

/** Screen readers get the product's name, because they may list buttons out of context. */
function ButtonText({ name, unavailable, size }: ButtonTextProps) {
  const hiddenName = <span className="sr-only">{name} </span>;
  if (unavailable) {
    return (
      <span>
        {hiddenName}
        {unavailable}
      </span>
    );
  }
  return (
    <span>
      Add {hiddenName}
      <span className={size === 'card' ? 'max-sm:sr-only' : undefined}>to cart</span>
    </span>
  );
}

function unavailableText({ withdrawn, available }: Product): string | undefined {
  if (withdrawn) return 'No longer sold';
  return available <= 0 ? 'Sold out' : undefined;
}

const VIEW_CART = (
  <ButtonLink look="quiet" to="/cart" className="shrink-0 text-inherit">
    View cart
  </ButtonLink>
);

function refusalText({ cause: error, isUnchanged }: ChangeFailure, productName: string): string {
  if (hasCode(error, 'price-changed')) {
    return `The price of ${productName} has just changed, so it was not added. The new price is on the page now.`;
  }
  if (hasCode(error, 'product-withdrawn', 'product-not-found'))
    return `${productName} is no longer sold.`;
  if (hasCode(error, 'quantity-limit')) {
    return `Your cart holds as many ${productName} as one order can have (${MAX_QUANTITY}).`;
  }
  if (hasCode(error, 'line-limit')) {
    return 'Your cart holds 100 different products, the most one order can have. Remove one to add another.';
  }
  const outcome = isUnchanged
    ? `${productName} was not added.`
    : `We do not know whether ${productName} was added.`;
  return `${outcome} ${failureText(error, 'cart')}`;
}
