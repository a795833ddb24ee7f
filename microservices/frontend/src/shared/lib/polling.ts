/**
 * How often a visible page reads prices and stock again (decision 039). A hidden page reads them when it is
 * looked at again.
 */
export const FACTS_POLL_MS = 5_000;
