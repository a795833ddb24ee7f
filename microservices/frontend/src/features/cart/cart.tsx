import type { Cart as CartData } from '../../shared/api/types.ts';
import { formatCount } from '../../shared/lib/format.ts';
import { ButtonLink } from '../../shared/ui/button.tsx';
import { LoadingLabel, Skeleton } from '../../shared/ui/skeleton.tsx';
import { Unreachable } from '../../shared/ui/unreachable.tsx';
import { CartLineRow } from './cart-line-row.tsx';
import { ClearCartButton } from './clear-cart-button.tsx';
import { EmptyCart } from './empty-cart.tsx';
import { PhoneCheckoutBar } from './phone-checkout-bar.tsx';
import { useCart } from './state/cart-context.tsx';
import { useLineChecks } from './stock/use-line-checks.ts';
import { OrderSummary } from './summary/order-summary.tsx';
import { useCartActions } from './use-cart-actions.ts';

export function Cart() {
  const { cart, error, fetching, refresh } = useCart();
  if (!cart) {
    if (error) {
      return (
        <Unreachable
          error={error}
          context="cart"
          retrying={fetching}
          onRetry={() => void refresh()}
        />
      );
    }
    return <CartSkeleton />;
  }
  return cart.items.length === 0 ? <EmptyCart /> : <FilledCart cart={cart} />;
}

const COLUMNS = 'grid gap-10 lg:grid-cols-[1fr_24rem] lg:gap-16';

function FilledCart({ cart }: { cart: CartData }) {
  const { changing } = useCart();
  const { adjust, setQuantity, reduce, acceptPrice, remove, clear } = useCartActions();
  const lines = useLineChecks(cart);
  return (
    <>
      <div className="mb-6 flex flex-wrap items-baseline justify-between gap-4">
        <h1 className="font-serif text-4xl sm:text-5xl">Your cart</h1>
        <p className="text-muted">{formatCount(cart.total_items, 'item')}</p>
      </div>
      <div className={COLUMNS}>
        <div>
          <ul aria-label="Cart lines">
            {lines.map(({ line, check }) => (
              <CartLineRow
                key={line.product_id}
                line={line}
                check={check}
                currency={cart.currency}
                outdated={changing}
                onAdjust={(by) => void adjust(line.product_id, by)}
                onQuantity={(quantity) => void setQuantity(line.product_id, quantity)}
                onReduce={(quantity) => void reduce(line.product_id, quantity)}
                onAcceptPrice={(price) => void acceptPrice(line.product_id, price)}
                onRemove={() => void remove(line)}
              />
            ))}
          </ul>
          <div className="flex flex-wrap justify-between gap-4 border-line border-t pt-5">
            <ButtonLink look="quiet" to="/">
              Continue shopping
            </ButtonLink>
            <ClearCartButton onClear={() => void clear()} />
          </div>
        </div>
        <div>
          <OrderSummary>
            <ButtonLink to="/checkout" className="mt-6 w-full max-lg:hidden">
              Checkout
            </ButtonLink>
            <p className="mt-4 text-muted text-sm">
              Nothing is charged before you place the order, and never more than the total shown.
            </p>
          </OrderSummary>
        </div>
      </div>
      <PhoneCheckoutBar cart={cart} />
    </>
  );
}

function CartSkeleton() {
  return (
    <div>
      <LoadingLabel>Loading your cart</LoadingLabel>
      <Skeleton className="mb-8 h-12 w-60" />
      <div className={COLUMNS}>
        <div className="space-y-6">
          <Skeleton className="h-32 w-full" />
          <Skeleton className="h-32 w-full" />
        </div>
        <Skeleton className="h-80 w-full rounded-3xl" />
      </div>
    </div>
  );
}
