import { createHash } from 'node:crypto';
import pg from 'pg';
import { codeOf } from './sqlstate.ts';

/** Whether the connections of a pool keep named statements prepared; shared by all of them. */
export interface StatementNames {
  areKept: boolean;
}

/**
 * A connection of the process. Behind a pooler in transaction mode each transaction may have another server
 * connection, which has other statements prepared, unless the pooler prepares them again (PgBouncer 1.21 and
 * `max_prepared_statements`). The first refusal shows it; from then on statements have no names.
 */
export class SessionClient extends pg.Client {
  readonly createdAt = performance.now();
  /** Whether a pooler is between: the server's process is another one than this client was told. */
  isPooled = false;
  readonly #names: StatementNames;

  constructor(config: pg.ClientConfig, names: StatementNames = { areKept: true }) {
    super(config);
    this.#names = names;
  }

  /** The name to prepare a statement under; undefined: it has none. */
  nameOf({ name, text }: { readonly name: string; readonly text: string }): string | undefined {
    if (!this.#names.areKept) return undefined;
    return this.isPooled ? pooledName(name, text) : name;
  }

  /** @returns whether the error is the first to show that the pooler does not keep names */
  noticeLostName(error: unknown): boolean {
    const isLost = this.isPooled && this.#names.areKept && LOST_NAME.has(codeOf(error));
    if (isLost) this.#names.areKept = false;
    return isLost;
  }
}

const pooledNames = new Map<string, string>();

/** Another release, on the same server connection, may have prepared another text under the name. */
function pooledName(name: string, text: string): string {
  const known = pooledNames.get(text);
  if (known) return known;
  const made = `${name}.${createHash('sha256').update(text).digest('hex').slice(0, 8)}`;
  pooledNames.set(text, made);
  return made;
}

/** invalid_sql_statement_name, duplicate_prepared_statement. */
const LOST_NAME = new Set(['26000', '42P05']);
