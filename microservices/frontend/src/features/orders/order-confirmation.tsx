import type { Order } from '../../shared/api/types.ts';
import { orderNumber } from '../../shared/lib/format.ts';
import { ButtonLink } from '../../shared/ui/button.tsx';
import { PageTitle } from '../../shared/ui/page-title.tsx';
import { CopyNumber } from './order-heading.tsx';

export function OrderConfirmation({ order }: { order: Order }) {
  return (
    <header className="mb-12 rounded-3xl bg-sage px-6 py-12 text-center sm:py-16">
      <PageTitle>Thank you</PageTitle>
      <CheckMark />
      <h1 className="mt-6 font-serif text-4xl text-balance sm:text-5xl">
        Thank you, <bdi>{order.shipping_address.name}</bdi>
      </h1>
      <p className="mt-4 text-lg">
        Your order <strong className="inline-block">{orderNumber(order)}</strong> is confirmed.
      </p>
      <p>
        <CopyNumber order={order} />
      </p>
      <p className="mt-1 text-muted">You gave us {order.email} to reach you about it.</p>
      <div className="mt-8 flex flex-wrap justify-center gap-3">
        <ButtonLink to="/">Continue shopping</ButtonLink>
        <ButtonLink look="secondary" to="/orders">
          All your orders
        </ButtonLink>
      </div>
    </header>
  );
}

function CheckMark() {
  return (
    <svg aria-hidden="true" width="64" height="64" viewBox="0 0 64 64" className="mx-auto">
      <circle cx="32" cy="32" r="30" className="fill-ink" />
      <path
        d="m20 33 8 8 16-17"
        fill="none"
        strokeWidth="4"
        strokeLinecap="round"
        strokeLinejoin="round"
        className="stroke-paper"
      />
    </svg>
  );
}
