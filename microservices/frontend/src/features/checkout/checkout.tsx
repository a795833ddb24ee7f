import type { ReactNode } from 'react';
import { FormProvider, type UseFormReturn } from 'react-hook-form';
import type { Cart, Quote } from '../../shared/api/types.ts';
import { Button } from '../../shared/ui/button.tsx';
import { usePaymentSettings } from './api/payment-settings.ts';
import { DeliveryOptions } from './delivery/delivery-options.tsx';
import { BillingFields } from './form/billing-fields.tsx';
import type { CheckoutValues } from './form/checkout-schema.ts';
import { ContactFields } from './form/contact-fields.tsx';
import { PaymentMethods } from './form/payment-methods.tsx';
import { ShippingFields } from './form/shipping-fields.tsx';
import { RefusalPanel } from './refusals/refusal-panel.tsx';
import { usePlaceOrder } from './use-place-order.ts';

interface CheckoutProps {
  form: UseFormReturn<CheckoutValues>;
  cart: Cart;
  /** What the shopper sees; the newest one may be of an earlier cart, address or delivery. */
  quote: Quote | undefined;
  /** Whether the quote is what the shopper accepts with a click. */
  isCurrent: boolean;
  renderSummary: (action: ReactNode) => ReactNode;
  /** What the shopper should know before filling in the form; a refusal takes its place. */
  notice: ReactNode;
  /** 0 removes the line. */
  onSetQuantity: (productId: string, quantity: number) => void;
}

export function Checkout(props: CheckoutProps) {
  const { form, cart, quote, isCurrent, renderSummary, notice, onSetQuantity } = props;
  const accepted = isCurrent && quote?.delivery_option ? quote : undefined;
  const total = accepted?.total;
  const { placeOrder, placing, shown } = usePlaceOrder({ form, cart, quote: accepted });
  const { data: waysToPay } = usePaymentSettings();
  return (
    <FormProvider {...form}>
      <h1 className="mb-8 font-serif text-4xl sm:text-5xl">Checkout</h1>
      <form
        noValidate
        aria-label="Checkout"
        onSubmit={(event) => void placeOrder(event)}
        className="grid gap-10 lg:grid-cols-[1fr_24rem] lg:gap-16"
      >
        <div className="space-y-10">
          {shown ? (
            <RefusalPanel
              key={shown.key}
              refusal={shown.refusal}
              cart={cart}
              total={total}
              placing={placing}
              onAccept={() => void placeOrder()}
              onSetQuantity={onSetQuantity}
            />
          ) : (
            notice
          )}
          <ContactFields />
          <ShippingFields />
          <DeliveryOptions quote={quote} />
          <BillingFields />
          <PaymentMethods total={total} currency={cart.currency} />
        </div>
        <div>
          {renderSummary(
            <div className="mt-6">
              <Button
                type="submit"
                disabled={placing || total === undefined || !waysToPay}
                className="w-full"
              >
                {placing ? 'Placing your order…' : 'Place order'}
              </Button>
              <p role="status" className="sr-only">
                {placing ? 'Placing your order' : ''}
              </p>
              <p className="mt-4 text-muted text-sm">
                You will be charged the total above, or nothing at all.
              </p>
            </div>,
          )}
        </div>
      </form>
    </FormProvider>
  );
}
