import type { ReactNode } from 'react';
import type { OrderDetails } from '../../../shared/api/types.ts';
import { formatMoment, formatMoney } from '../../../shared/lib/format.ts';
import { Parcel } from './parcel.tsx';
import { type TimelineEntry, timelineOf } from './timeline.ts';

export function OrderTimeline({ order }: { order: OrderDetails }) {
  return (
    <section aria-labelledby="order-timeline">
      <h2 id="order-timeline" className="font-serif text-2xl">
        How far it is
      </h2>
      <ol className="mt-5" aria-labelledby="order-timeline">
        {timelineOf(order).map((entry) => (
          <Entry key={entry.key} entry={entry} order={order} />
        ))}
      </ol>
    </section>
  );
}

function Entry({ entry, order }: { entry: TimelineEntry; order: OrderDetails }) {
  switch (entry.kind) {
    case 'happened':
      return (
        <Step look={entry.isEnd ? 'ended' : 'done'} at={entry.at} title={entry.text}>
          {entry.reason ? <bdi>{entry.reason}</bdi> : null}
        </Step>
      );
    case 'sent':
      return (
        <Step look="done" at={entry.at} title={entry.text}>
          <Parcel fulfilment={entry.fulfilment} order={order} />
        </Step>
      );
    case 'refund': {
      const { amount, status } = entry.refund;
      return (
        <Step
          look={status === 'failed' ? 'ended' : 'done'}
          at={entry.at}
          title={REFUNDS[status](formatMoney(amount, order.currency))}
        />
      );
    }
    case 'ahead':
      return <Step look="ahead" title={entry.text} />;
  }
}

const REFUNDS = {
  pending: (amount: string) => `${amount} is on its way back to you`,
  succeeded: (amount: string) => `${amount} went back to you`,
  failed: (amount: string) => `${amount} could not be sent back. We are looking into it`,
} as const;

const DOTS = {
  done: 'border-ink bg-ink',
  ended: 'border-rust bg-rust',
  ahead: 'border-stone bg-paper',
} as const;

interface StepProps {
  look: keyof typeof DOTS;
  at?: string;
  title: string;
  children?: ReactNode;
}

function Step({ look, at, title, children }: StepProps) {
  return (
    <li className="group relative flex gap-4 pb-6 last:pb-0">
      <span
        aria-hidden="true"
        className="absolute top-3 bottom-0 left-[0.4375rem] w-0.5 bg-line group-last:hidden"
      />
      <span
        aria-hidden="true"
        className={`relative mt-1.5 size-4 shrink-0 rounded-full border-2 ${DOTS[look]}`}
      />
      <div className="min-w-0 flex-1">
        <p className={look === 'ahead' ? 'text-muted' : 'font-semibold'}>
          {title}
          {look === 'ahead' ? <span className="sr-only"> (still to come)</span> : null}
        </p>
        {at === undefined ? null : (
          <time dateTime={at} className="block text-muted text-sm">
            {formatMoment(Date.parse(at))}
          </time>
        )}
        {children ? <div className="mt-2 text-muted">{children}</div> : null}
      </div>
    </li>
  );
}
