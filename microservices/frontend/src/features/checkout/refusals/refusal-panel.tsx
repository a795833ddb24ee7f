import { useEffect, useRef } from 'react';
import { Link } from 'react-router';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { Cart } from '../../../shared/api/types.ts';
import { attempt } from '../../../shared/lib/attempt.ts';
import { Alert } from '../../../shared/ui/alert.tsx';
import type { CheckoutRefusal } from '../checkout-outcome.ts';
import { PriceChanges } from './price-changes.tsx';
import { QuoteChanges } from './quote-changes.tsx';
import { Shortages } from './shortages.tsx';
import { TotalChange } from './total-change.tsx';
import { WithdrawnLines } from './withdrawn-lines.tsx';

export interface RefusalPanelProps {
  refusal: CheckoutRefusal;
  cart: Cart;
  total: number | undefined;
  placing: boolean;
  /** Places the order at the current prices. */
  onAccept: () => void;
  onSetQuantity: (productId: string, quantity: number) => void;
}

/** Explains why there is no order and what to do. Takes the focus when mounted: give each refusal its own key. */
export function RefusalPanel(props: RefusalPanelProps) {
  const { refusal } = props;
  const panel = useRef<HTMLDivElement>(null);
  useEffect(() => {
    attempt(() => panel.current?.focus({ preventScroll: true }));
    attempt(() => panel.current?.scrollIntoView({ block: 'center' }));
  }, []);
  return (
    <Alert ref={panel} title={TITLES[refusal.kind]}>
      <RefusalBody {...props} />
    </Alert>
  );
}

const TITLES: Record<CheckoutRefusal['kind'], string> = {
  'product-withdrawn': 'Not everything is sold any more',
  'price-changed': 'Some prices have changed',
  'out-of-stock': 'Not everything is in stock any more',
  'total-changed': 'The total has changed',
  'quote-changed': 'Your order has changed',
  'payment-declined': 'The payment was declined',
  'payment-timeout': 'The payment did not come through',
  'payment-unavailable': 'Payments cannot be taken right now',
  'order-pending': 'Another order of yours is being paid',
  'order-superseded': 'You checked out again in the meantime',
  'cart-empty': 'Your cart is empty',
  invalid: 'Some details could not be accepted',
  failed: 'Your order was not placed',
};

function RefusalBody(props: RefusalPanelProps) {
  const { refusal, cart, total, placing, onAccept, onSetQuantity } = props;
  const accept = { total, currency: cart.currency, placing, onAccept };
  switch (refusal.kind) {
    case 'product-withdrawn':
      return <WithdrawnLines lines={refusal.lines} cart={cart} onSetQuantity={onSetQuantity} />;
    case 'price-changed':
      return <PriceChanges lines={refusal.lines} {...accept} />;
    case 'total-changed':
      return <TotalChange expected={refusal.expected} current={refusal.current} {...accept} />;
    case 'quote-changed': {
      const { lines, shown, current } = refusal;
      return <QuoteChanges lines={lines} shown={shown} current={current} {...accept} />;
    }
    case 'out-of-stock':
      return <Shortages lines={refusal.lines} cart={cart} onSetQuantity={onSetQuantity} />;
    case 'payment-declined':
      return (
        <p>Nothing was ordered and nothing charged. Choose another way to pay and try again.</p>
      );
    case 'payment-unavailable':
      return (
        <p>
          Nothing was ordered and nothing charged. Your cart and details are kept: try again in a
          few minutes.
        </p>
      );
    case 'payment-timeout':
      return (
        <p>
          The bank did not answer in time, so nothing was ordered. Your cart and details are kept:
          try again, or choose another way to pay.
        </p>
      );
    case 'order-pending':
      return (
        <p>
          Nothing was ordered a second time. The first one takes a minute at most: see among{' '}
          <OrdersLink /> how it ends. If you want this one as well, place it then.
        </p>
      );
    case 'order-superseded':
      return (
        <p>
          So this order was given up, and nothing was charged for it. Look at <OrdersLink /> to see
          what was ordered, before you order again.
        </p>
      );
    case 'cart-empty':
      return (
        <p>
          It may have been ordered or emptied in another tab. Look at <OrdersLink /> to see what was
          ordered.
        </p>
      );
    case 'invalid':
      return <p>Nothing was ordered. Check your details and your cart, then try again.</p>;
    case 'failed':
      return <p>Nothing was ordered. {failureText(refusal.error, 'checkout')}</p>;
  }
}

function OrdersLink() {
  return (
    <Link to="/orders" className="link font-semibold">
      your orders
    </Link>
  );
}
