import { withLatinDigits } from '../../../shared/address/latin-digits.ts';

/** The shop's numbers have no characters that are mistaken for others: 0 O, 1 I L, 8 B. */
const GROUP = '[2345679ACDEFGHJKMNPQRSTUVWXYZ]{4}';
/** Words before a number have letters that no number has. */
const NUMBER = new RegExp(`^(?:ORDER|NUMBER|NO)*(?:CH)?(${GROUP})(${GROUP})$`);
const LONG_ENOUGH = /^(?:ORDER|NUMBER|NO)*(?:CH)?[0-9A-Z]{8}$/;

export type ReadNumber =
  | { readonly kind: 'number'; readonly number: string }
  /** It has characters that no number of the shop has. */
  | { readonly kind: 'mistaken' }
  | { readonly kind: 'incomplete' };

/** Reads a number as people write it: in small letters, with spaces or none, without "CH-", after "Order #". */
export function readOrderNumber(text: string): ReadNumber {
  const plain = withLatinDigits(text)
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '');
  const [, first, second] = NUMBER.exec(plain) ?? [];
  if (first && second) return { kind: 'number', number: `CH-${first}-${second}` };
  return { kind: LONG_ENOUGH.test(plain) ? 'mistaken' : 'incomplete' };
}
