import { useEffect, useRef, useState } from 'react';
import { failureText } from '../../../shared/api/failure-text.ts';
import { attempt } from '../../../shared/lib/attempt.ts';
import { Alert } from '../../../shared/ui/alert.tsx';
import { Button, ButtonLink } from '../../../shared/ui/button.tsx';
import { type OrderInQuestion, useRequestOrderLink } from '../api/request-order-link.ts';
import { FindOrderForm } from './find-order-form.tsx';

/** Asks for a link to an order, which goes to the address that it was ordered with; never tells whether there is one. */
export function FindOrder() {
  const request = useRequestOrderLink();
  const [asked, setAsked] = useState<OrderInQuestion>();
  if (asked && request.isSuccess) return <Requested asked={asked} onAgain={request.reset} />;
  const ask = (order: OrderInQuestion) => {
    setAsked(order);
    request.mutate(order);
  };
  return (
    <>
      <p className="mt-4 text-lg text-pretty text-muted">
        Give us the number of your order and the email address that you ordered with. We send a link
        to that address.
      </p>
      {request.isError ? (
        <Alert title="Your request did not reach us" className="mt-6">
          <p>{failureText(request.error)}</p>
        </Alert>
      ) : null}
      <FindOrderForm asked={asked} isSending={request.isPending} onSubmit={ask} />
    </>
  );
}

interface RequestedProps {
  asked: OrderInQuestion;
  onAgain: () => void;
}

function Requested({ asked, onAgain }: RequestedProps) {
  const panel = useRef<HTMLElement>(null);
  useEffect(() => {
    attempt(() => panel.current?.focus());
  }, []);
  return (
    <section
      ref={panel}
      tabIndex={-1}
      aria-labelledby="link-requested"
      className="mt-8 rounded-3xl bg-sage p-6 outline-none sm:p-8"
    >
      <h2 id="link-requested" className="font-serif text-2xl">
        Look into your mail
      </h2>
      <p className="mt-3">
        If order <strong className="inline-block">{asked.number}</strong> was placed with{' '}
        <bdi className="font-semibold">{asked.email}</bdi>, a link to it is on its way there.
      </p>
      <ul className="mt-3 list-disc space-y-1 pl-5 text-muted">
        <li>It can take a few minutes, and may be in your spam folder.</li>
        <li>We send one link in five minutes for each order.</li>
        <li>If none comes, the number or the address may be another one.</li>
      </ul>
      <div className="mt-6 flex flex-wrap gap-3">
        <Button look="secondary" onClick={onAgain}>
          Change number or address
        </Button>
        <ButtonLink look="secondary" to="/">
          Continue shopping
        </ButtonLink>
      </div>
    </section>
  );
}
