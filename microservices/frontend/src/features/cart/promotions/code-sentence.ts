import type { QuotedCode } from '../../../shared/api/types.ts';
import { formatMoney } from '../../../shared/lib/format.ts';

type Reason = NonNullable<QuotedCode['reason']>;

const SENTENCES: Record<Reason, string> = {
  'unknown-code': 'This code is not valid any more.',
  'not-yet-valid': 'This code is not valid yet.',
  expired: 'This code has expired.',
  'nothing-in-scope': 'This code is for other products.',
  'minimum-not-reached': 'This code needs a larger order.',
  'first-order-only': 'This code is for a first order only.',
  'used-by-customer': 'You have used this code already.',
  'used-up': 'This code has been used up.',
  'not-combined': 'This code cannot be combined with your other promotions, which take off more.',
  'no-effect': 'This code takes nothing off this order.',
};

/** What a code of the cart does. A reason of a newer release has a sentence too. */
export function codeSentence({ reason, missing }: QuotedCode, currency: string): string {
  if (reason === null) return 'Applied.';
  if (reason === 'minimum-not-reached' && missing !== null)
    return `Add products for ${formatMoney(missing, currency)} more to use this code.`;
  return SENTENCES[reason] ?? 'This code does not apply to this order.';
}
