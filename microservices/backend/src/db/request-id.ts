/**
 * How PostgreSQL learns which request a statement serves (docs/decisions/022).
 *
 * Terminology
 *   portal    the name under which the protocol runs a prepared statement once. PostgreSQL writes it
 *             into the log line of a slow one: `execute read-carts/REQUEST-ID.1x: select …`.
 *   comment   `request_id=…` in front of the text. pg_stat_activity shows it as well, but a prepared
 *             statement's text cannot change, so each one is parsed and planned again.
 */
import type { QueryConfig } from 'pg';
import type { Origin } from './connection.ts';

/** PostgreSQL keeps 63 bytes of a name; the rest of them is for the number. */
const KEPT_OF_ID = 52;

let portals = 0;

/** A transaction keeps its portals until it ends, so that each needs a name of its own. */
function nextPortal(requestId: string): string {
  portals = (portals + 1) % Number.MAX_SAFE_INTEGER;
  return `${requestId.slice(0, KEPT_OF_ID)}.${portals.toString(36)}`;
}

/** A request id has only letters, digits, `_`, `.` and `-`, so it cannot end a comment. */
export const comment = (requestId: string): string => `/* request_id=${requestId} */`;

/** pg takes the name of the portal, but its types do not say so. */
type TracedQuery = QueryConfig & { readonly portal?: string };

/** @param name under which the connection keeps it prepared; undefined: planned each time */
export function traced(
  { requestId, config }: Origin,
  name: string | undefined,
  text: string,
  values: readonly unknown[],
): TracedQuery {
  if (config.hasComments) return { text: `${comment(requestId)} ${text}`, values: [...values] };
  const query = { text, values: [...values], portal: nextPortal(requestId) };
  return name === undefined ? query : { name, ...query };
}
