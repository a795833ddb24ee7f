import { type CheckoutValues, checkoutDraft } from './checkout-schema.ts';

const KEY = 'carthub-checkout-draft';

/** The draft of this tab on top of the empty form; a draft that cannot be read is no draft. */
export function readDraft(empty: CheckoutValues): CheckoutValues {
  try {
    return { ...empty, ...checkoutDraft.parse(JSON.parse(sessionStorage.getItem(KEY) ?? '')) };
  } catch {
    return empty;
  }
}

export function writeDraft({ payment_method: _, ...rest }: CheckoutValues): void {
  try {
    sessionStorage.setItem(KEY, JSON.stringify(rest));
  } catch {
    // Storage may be full or forbidden: the form works all the same, for as long as it is open.
  }
}

export function dropDraft(): void {
  sessionStorage.removeItem(KEY);
}
