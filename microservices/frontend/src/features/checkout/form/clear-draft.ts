import { attempt } from '../../../shared/lib/attempt.ts';

/** Apart from the draft's schema, so that every page can clear it without that schema's library. */
export const DRAFT_NAME = 'carthub-checkout-draft';

export function clearDraft(): void {
  // After an order nothing may throw.
  attempt(() => sessionStorage.removeItem(DRAFT_NAME));
}
