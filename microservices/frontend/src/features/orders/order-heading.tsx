import { useState } from 'react';
import type { Order, OrderDetails } from '../../shared/api/types.ts';
import { attempt } from '../../shared/lib/attempt.ts';
import { formatDate, orderNumber } from '../../shared/lib/format.ts';
import { Button } from '../../shared/ui/button.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { OrderStatus } from './life-cycle/order-status.tsx';

export function OrderHeading({ order }: { order: OrderDetails }) {
  const number = orderNumber(order);
  return (
    <header className="mb-8">
      <PageTitle>{`Order ${number}`}</PageTitle>
      <div className="flex flex-wrap items-center gap-x-4 gap-y-3">
        <h1 className="font-serif text-4xl sm:text-5xl">
          Order <span className="inline-block">{number}</span>
        </h1>
        <OrderStatus status={order.status} />
      </div>
      <div className="mt-3 flex flex-wrap items-center gap-x-4 gap-y-2 text-muted">
        <p>Placed on {formatDate(order.created_at)}</p>
        <CopyNumber order={order} />
      </div>
    </header>
  );
}

/** For a shopper who has to give the number to somebody. */
export function CopyNumber({ order: { number } }: { order: Order }) {
  const [copied, setCopied] = useState<boolean>();
  if (!number) return null;
  const copy = async () => setCopied(await writeClipboard(number));
  return (
    <span className="inline-flex flex-wrap items-center gap-x-3">
      <Button look="quiet" className="min-h-11" onClick={() => void copy()}>
        Copy the number
      </Button>
      <span role="status" className="text-sm">
        {copied === undefined ? '' : copied ? 'Copied' : 'Your browser does not let us copy it'}
      </span>
    </span>
  );
}

/** @returns whether it worked: pages without TLS have no clipboard, and the shopper can refuse */
async function writeClipboard(text: string): Promise<boolean> {
  const written = attempt(() => navigator.clipboard.writeText(text));
  return written === undefined
    ? false
    : written.then(
        () => true,
        () => false,
      );
}
