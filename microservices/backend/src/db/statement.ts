import type { ClientBase, Pool } from 'pg';
import type { Static, TObject } from 'typebox';

/** Where a statement runs: the pool (on its own) or a client inside a transaction. */
export type Connection = Pick<Pool | ClientBase, 'query'>;

/**
 * A named statement: PostgreSQL parses and plans it once per connection.
 * `row` is the shape of its rows; a test compares it with what PostgreSQL says it returns.
 */
export interface Statement<Row extends TObject = TObject> {
  readonly name: string;
  readonly text: string;
  readonly row: Row;
}

export const defineStatement = <Row extends TObject>(statement: Statement<Row>): Statement<Row> =>
  statement;

/** Runs the statement and returns its rows. */
export async function query<Row extends TObject>(
  connection: Connection,
  { name, text }: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>[]> {
  // pg's overloads differ between Pool and ClientBase only in callbacks, which we never pass.
  const result = await connection.query<Static<Row> & object>({ name, text, values: [...values] });
  return result.rows;
}

/** Runs a statement that always returns exactly one row. */
export async function queryOne<Row extends TObject>(
  connection: Connection,
  statement: Statement<Row>,
  values: readonly unknown[],
): Promise<Static<Row>> {
  const [row] = await query(connection, statement, values);
  if (!row) throw new Error(`statement ${statement.name} returned no row`);
  return row;
}
