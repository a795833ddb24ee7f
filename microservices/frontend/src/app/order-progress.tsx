import { useQueryClient } from '@tanstack/react-query';
import { type ReactNode, useCallback, useEffect, useRef, useState } from 'react';
import { Link, useLocation, useNavigate } from 'react-router';
import { useCart } from '../features/cart/state/cart-context.tsx';
import {
  AttemptProvider,
  useOrderAttempts,
} from '../features/checkout/attempt/attempt-context.tsx';
import type { AttemptState } from '../features/checkout/attempt/order-attempts.ts';
import { clearDraft } from '../features/checkout/form/clear-draft.ts';
import { orderKey, withoutHistory } from '../features/orders/api/get-order.ts';
import { ordersKey } from '../features/orders/api/list-orders.ts';
import type { Order } from '../shared/api/types.ts';
import { orderNumber } from '../shared/lib/format.ts';

/** A refusal is shown without the current cart rather than late. */
const MAX_REFRESH_MS = 3_000;
/** Pages that wait for the order and give way to its confirmation. */
const WAITING_PAGES = ['/checkout', '/cart'];

const UNCONFIRMED: readonly AttemptState['kind'][] = [
  'waiting',
  'finding-out',
  'unsettled',
  'awaiting-payment',
];

/** Composes checkout, cart and orders around an order that is under way. */
export function OrderProgress({ children }: { children: ReactNode }) {
  const { refresh } = useCart();
  const refreshCart = useCallback(async () => {
    const late = new Promise<void>((resolve) => {
      setTimeout(resolve, MAX_REFRESH_MS);
    });
    await Promise.race([refresh().catch(() => undefined), late]);
  }, [refresh]);
  return <AttemptProvider refreshCart={refreshCart}>{children}</AttemptProvider>;
}

/** Says on every other page what becomes of an order, and leads from the waiting pages to the confirmation. */
export function OrderNotice() {
  const confirmed = useShowOrder();
  const { state } = useOrderAttempts();
  const { pathname } = useLocation();
  const isWaiting = WAITING_PAGES.includes(pathname);
  return (
    <div role="status">
      {!isWaiting && confirmed ? (
        <Notice to={`/orders/${confirmed.order_id}/confirmation`} link="See the order">
          Your order {orderNumber(confirmed)}{' '}
          {confirmed.status === 'pending_payment' ? 'waits for your payment.' : 'is confirmed.'}
        </Notice>
      ) : null}
      {!isWaiting && UNCONFIRMED.includes(state.kind) ? (
        <Notice to="/checkout" link="See how it stands">
          Your order is not confirmed yet.
        </Notice>
      ) : null}
      {!isWaiting && state.kind === 'refused' ? (
        <Notice to="/checkout" link="See why">
          Your order was not placed.
        </Notice>
      ) : null}
    </div>
  );
}

/** @returns an order that was confirmed while the shopper looked at another page, until the shopper sees it */
function useShowOrder(): Order | undefined {
  const { attempts, state } = useOrderAttempts();
  const showOrder = useOrderPage();
  const { pathname } = useLocation();
  const [confirmed, setConfirmed] = useState<Order>();
  const handled = useRef('');

  useEffect(() => {
    if (state.kind !== 'ordered') return;
    const isWaiting = WAITING_PAGES.includes(pathname);
    if (handled.current === state.key) {
      // A waiting page needs the state until another page is in its place: the cart is empty by now.
      if (!isWaiting) attempts.forget();
      return;
    }
    handled.current = state.key;
    // The tab that placed it shows it.
    if (!isWaiting && state.after !== 'placing-elsewhere') setConfirmed(state.order);
    void showOrder(state.order, isWaiting).finally(() => {
      if (!isWaiting) attempts.forget();
    });
  }, [attempts, pathname, showOrder, state]);

  if (confirmed && pathname.includes(confirmed.order_id)) setConfirmed(undefined);
  return confirmed;
}

/** @returns brings all pages up to date with the order, and opens its confirmation if wanted */
function useOrderPage() {
  const queryClient = useQueryClient();
  const { refresh } = useCart();
  const navigate = useNavigate();
  return useCallback(
    async (order: Order, opens: boolean) => {
      clearDraft();
      // Out of date at once: the page of the order reads what has happened since.
      queryClient.setQueryData(orderKey(order.order_id), withoutHistory(order), { updatedAt: 0 });
      const listed = queryClient.invalidateQueries({ queryKey: ordersKey });
      if (opens) await navigate(`/orders/${order.order_id}/confirmation`, { replace: true });
      else await listed;
      void refresh();
    },
    [navigate, queryClient, refresh],
  );
}

interface NoticeProps {
  to: string;
  link: string;
  children: ReactNode;
}

function Notice({ to, link, children }: NoticeProps) {
  return (
    <p className="flex flex-wrap items-center justify-center gap-x-3 gap-y-1 bg-sage px-4 py-3 text-center">
      <span>{children}</span>
      <Link to={to} className="link font-semibold">
        {link}
      </Link>
    </p>
  );
}
