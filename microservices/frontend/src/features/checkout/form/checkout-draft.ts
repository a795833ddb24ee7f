import { type CheckoutValues, checkoutDraft } from './checkout-schema.ts';

const KEY = 'carthub-checkout-draft';

/** The empty form with this tab's draft filled in; an unreadable draft is ignored. */
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
    // Storage can be full or disabled: the form still works, without surviving a reload.
  }
}

export function clearDraft(): void {
  sessionStorage.removeItem(KEY);
}
