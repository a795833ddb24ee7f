import type { Cart, CartLine } from '../../../shared/api/types.ts';
import { useQuote } from '../api/get-quote.ts';
import { checkLine, hasIssue, type LineCheck } from './line-check.ts';

export interface CheckedLine {
  readonly line: CartLine;
  readonly check: LineCheck;
}

/** Each line of the cart against the newest quote. */
export function useLineChecks(cart: Cart | undefined): readonly CheckedLine[] {
  const { data: quote } = useQuote(cart);
  return (cart?.items ?? []).map((line) => {
    const quoted = quote?.lines.find((each) => each.product_id === line.product_id);
    return { line, check: checkLine(line, quoted) };
  });
}

/** The lines that checkout would refuse as they are. */
export function useIssues(cart: Cart | undefined): readonly CheckedLine[] {
  return useLineChecks(cart).filter(({ check }) => hasIssue(check));
}
