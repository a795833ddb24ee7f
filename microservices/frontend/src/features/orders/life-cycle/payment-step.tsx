import { useMutation, useQueryClient } from '@tanstack/react-query';
import { failureText } from '../../../shared/api/failure-text.ts';
import type { OrderDetails } from '../../../shared/api/types.ts';
import { authenticateOnPage } from '../../../shared/payment/authenticate.ts';
import { confirmPayment } from '../../../shared/payment/order-payment.ts';
import { useSession } from '../../../shared/session-context.ts';
import { Button } from '../../../shared/ui/button.tsx';
import { ProgressBar } from '../../../shared/ui/progress-bar.tsx';
import { orderKey } from '../api/get-order.ts';

interface PaymentStepProps {
  order: OrderDetails;
  /** The order belongs to this browser's session. */
  isOwn: boolean;
}

/** What an order that is not paid yet shows. */
export function PaymentStep({ order, isOwn }: PaymentStepProps) {
  const payment = useConfirmPayment(order);
  return (
    <>
      <ProgressBar label="Waiting for your payment" />
      {isOwn ? (
        <>
          <p className="mt-2 text-muted">
            Does your bank want to know that it is you? Tell it here.
          </p>
          <Button className="mt-4" disabled={payment.isPending} onClick={() => payment.mutate()}>
            Confirm the payment
          </Button>
        </>
      ) : null}
      {payment.error ? <p role="alert">{failureText(payment.error, 'orders')}</p> : null}
    </>
  );
}

/** Lets the shopper prove who they are, if the provider still asks for it, and reads the order again. */
function useConfirmPayment(order: OrderDetails) {
  const session = useSession();
  const queryClient = useQueryClient();
  const confirm = () => session.asCustomer(() => confirmPayment(order));
  return useMutation({
    mutationFn: async () => {
      const { payment } = await confirm();
      if (!payment.client_secret) return;
      await authenticateOnPage(payment.provider, payment.client_secret);
      await confirm();
    },
    onSettled: () => queryClient.invalidateQueries({ queryKey: orderKey(order.order_id) }),
  });
}
