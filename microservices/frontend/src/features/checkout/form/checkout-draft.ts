import { type CheckoutValues, checkoutDraft } from './checkout-schema.ts';
import { DRAFT_NAME } from './clear-draft.ts';

/** The empty form with this tab's draft filled in; an unreadable draft is ignored. */
export function readDraft(empty: CheckoutValues): CheckoutValues {
  try {
    return {
      ...empty,
      ...checkoutDraft.parse(JSON.parse(sessionStorage.getItem(DRAFT_NAME) ?? '')),
    };
  } catch {
    return empty;
  }
}

export function writeDraft({ payment_method: _, ...rest }: CheckoutValues): void {
  try {
    sessionStorage.setItem(DRAFT_NAME, JSON.stringify(rest));
  } catch {
    // Storage can be full or disabled: the form still works, without surviving a reload.
  }
}
