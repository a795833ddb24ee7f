import { Problem } from '../../errors.ts';

/** How long a change keeps trying while others change the same cart. */
const CONFLICT_DEADLINE_MS = 4000;

/**
 * Runs a change again as long as another change of the same cart came between its look and its
 * write. Each round one of the rivals succeeds, so the deadline is only met by a cart that is
 * hammered from many processes.
 */
export async function retryConflicts<Row extends { readonly outcome: string }>(
  change: () => Promise<Row>,
): Promise<Row> {
  const deadline = performance.now() + CONFLICT_DEADLINE_MS;
  for (;;) {
    const row = await change();
    if (row.outcome !== 'conflict') return row;
    if (performance.now() > deadline) throw new Problem('cart-busy');
  }
}
