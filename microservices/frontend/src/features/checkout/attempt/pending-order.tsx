import { useEffect, useRef, useState, useSyncExternalStore } from 'react';
import { attempt } from '../../../shared/lib/attempt.ts';
import { formatCount, formatMoment, formatMoney } from '../../../shared/lib/format.ts';
import { Button, ButtonLink } from '../../../shared/ui/button.tsx';
import { MessagePanel } from '../../../shared/ui/message-panel.tsx';
import { PageTitle } from '../../../shared/ui/page-title.tsx';
import { ParcelPicture } from '../../../shared/ui/pictures.tsx';
import { ProgressBar } from '../../../shared/ui/progress-bar.tsx';
import { useOrderAttempts } from './attempt-context.tsx';
import type { Memory } from './attempt-store.ts';
import type { OrderAttempt } from './order-attempt.ts';
import type { PendingState } from './order-attempts.ts';
import { PENDING_TITLES, progressText, unsettledText, waitingText } from './pending-text.ts';

/** Longer than a restart of the shop takes. */
const SLOW_MS = 20_000;

/** The page of an order whose response has not arrived. It never says that there is no order. */
export function PendingOrder({ state }: { state: PendingState }) {
  const panel = useRef<HTMLElement>(null);
  const { kind } = state;
  const title = PENDING_TITLES[kind];
  // biome-ignore lint/correctness/useExhaustiveDependencies: each kind is a new message to read.
  useEffect(() => {
    attempt(() => panel.current?.focus());
  }, [kind]);
  return (
    <section ref={panel} tabIndex={-1} aria-label={title} className="outline-none">
      <PageTitle>{title}</PageTitle>
      <MessagePanel title={title} picture={<ParcelPicture />} actions={<Actions state={state} />}>
        {'attempt' in state ? <Facts attempt={state.attempt} /> : null}
        {kind === 'unsettled' ? (
          <p>{unsettledText(state.reason, state.attempt)}</p>
        ) : (
          <Progress kind={kind} />
        )}
      </MessagePanel>
    </section>
  );
}

function Facts({ attempt: { body, count, currency, startedAt } }: { attempt: OrderAttempt }) {
  return (
    <p className="mb-4 font-semibold text-ink">
      {formatCount(count, 'item')} · {formatMoney(body.expected_total ?? 0, currency)} · sent{' '}
      {formatMoment(startedAt)}
    </p>
  );
}

function Progress({ kind }: { kind: PendingState['kind'] }) {
  const { memory } = useOrderAttempts().attempts;
  const isOnline = useSyncExternalStore(subscribeToConnection, isOnlineNow);
  const isSlow = useIsSlow();
  if (kind === 'ordered') return <p role="status">The order opens in a moment.</p>;
  if (kind === 'awaiting-payment') {
    return (
      <p role="status">
        Your order is placed and its items are kept for you. It is confirmed as soon as your bank
        has approved the payment.
      </p>
    );
  }
  if (kind === 'waiting') return <Waiting memory={memory} />;
  return (
    <>
      {kind === 'finding-out' ? (
        <p>
          Your order was sent, but the shop’s answer did not reach us. Please do not order again: it
          is placed and paid only once, however often we ask.
        </p>
      ) : null}
      <p role="status" className="mt-4">
        {progressText({ isOnline, isSlow, memory })}
      </p>
    </>
  );
}

function Waiting({ memory }: { memory: Memory }) {
  return (
    <>
      <p role="status">{waitingText(memory)}</p>
      <div className="flex justify-center">
        <ProgressBar label="Waiting for the shop" />
      </div>
    </>
  );
}

function Actions({ state }: { state: PendingState }) {
  const { attempts } = useOrderAttempts();
  if (state.kind === 'ordered') {
    return (
      <ButtonLink to={`/orders/${state.order.order_id}/confirmation`}>See the order</ButtonLink>
    );
  }
  const orders = (
    <ButtonLink look="secondary" to="/orders">
      Your orders
    </ButtonLink>
  );
  if (state.kind === 'awaiting-payment') {
    return (
      <>
        {state.order.payment.client_secret ? (
          <Button onClick={() => attempts.confirmPayment()}>Confirm the payment</Button>
        ) : null}
        {orders}
      </>
    );
  }
  if (state.kind === 'waiting') return orders;
  if (state.kind === 'finding-out') {
    return (
      <>
        <Button onClick={() => attempts.askAgain()}>Ask again now</Button>
        {orders}
      </>
    );
  }
  if (state.kind !== 'unsettled') return null;
  const canRepeat = state.reason === 'late';
  return (
    <>
      {canRepeat ? <Button onClick={() => attempts.askAgain()}>Try again</Button> : null}
      {orders}
      <Button look="quiet" className="w-full" onClick={() => attempts.forget()}>
        {canRepeat ? 'I do not want this order any more' : 'I have looked: back to the shop'}
      </Button>
    </>
  );
}

function useIsSlow(): boolean {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return isSlow;
}

const isOnlineNow = (): boolean => attempt(() => navigator.onLine) !== false;

function subscribeToConnection(onChange: () => void): () => void {
  window.addEventListener('online', onChange);
  window.addEventListener('offline', onChange);
  return () => {
    window.removeEventListener('online', onChange);
    window.removeEventListener('offline', onChange);
  };
}
