import { useSession } from '../../../shared/session-context.ts';
import { ButtonLink } from '../../../shared/ui/button.tsx';
import { MessagePanel } from '../../../shared/ui/message-panel.tsx';
import { PageTitle } from '../../../shared/ui/page-title.tsx';
import { LostLabelPicture } from '../../../shared/ui/pictures.tsx';
import { useLinkedOrder } from '../api/get-linked-order.ts';
import { ReadOrder } from '../order-details.tsx';
import { OrderHeading } from '../order-heading.tsx';
import { OrderView } from '../order-view.tsx';

/** The order that a mailed link shows, on any device. */
export function LinkedOrder({ token }: { token: string }) {
  const { customerId } = useSession();
  return (
    <ReadOrder query={useLinkedOrder(token)} notFound={<DeadLink />}>
      {(order) => (
        <>
          <OrderHeading order={order} />
          <OrderView order={order} isOwn={order.customer_id === customerId} />
        </>
      )}
    </ReadOrder>
  );
}

function DeadLink() {
  return (
    <>
      <PageTitle>This link has expired</PageTitle>
      <MessagePanel
        title="This link does not work any more"
        picture={<LostLabelPicture />}
        actions={
          <>
            <ButtonLink to="/find-order">Ask for a new link</ButtonLink>
            <ButtonLink look="secondary" to="/">
              Browse the shop
            </ButtonLink>
          </>
        }
      >
        <p>
          Links to orders expire, and a mail program may have cut this one. Your order is safe: we
          send you a new link.
        </p>
      </MessagePanel>
    </>
  );
}
