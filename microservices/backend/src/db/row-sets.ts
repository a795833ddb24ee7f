/**
 * Rows that a statement takes as parameters: one array per column, joined by `unnest`. The columns are named
 * once, and both the SQL and the order of the parameters follow from that.
 *
 * Terminology
 *   row set   rows with the same columns; the statement sees it as a table under its name.
 */
interface ColumnValues {
  text: string | null;
  integer: number;
  numeric: string | null;
  boolean: boolean;
  jsonb: string;
}

type Columns = Readonly<Record<string, keyof ColumnValues>>;

/** A row with the values of its columns; decimals are text. */
export type RowOf<Set extends Columns> = {
  readonly [Name in keyof Set]: ColumnValues[Set[Name]];
};

export interface RowSets<Sets extends Readonly<Record<string, Columns>>> {
  /** For each row set what follows `from`: `unnest($1::text[], …) as name(column, …)`. */
  readonly from: { readonly [Name in keyof Sets]: string };
  /** The parameters, in the order of `from`. */
  parameters(rows: { readonly [Name in keyof Sets]: readonly RowOf<Sets[Name]>[] }): unknown[][];
}

/** @param sets in the order of the parameters: a statement's first parameter is $1 */
export function defineRowSets<const Sets extends Readonly<Record<string, Columns>>>(
  sets: Sets,
): RowSets<Sets> {
  let parameter = 0;
  const from = Object.entries(sets).map(([name, columns]) => {
    const arrays = Object.values(columns).map((type) => `$${++parameter}::${type}[]`);
    return [name, `unnest(${arrays.join(', ')}) as ${name}(${Object.keys(columns).join(', ')})`];
  });
  const columnsOf = Object.entries(sets).map(
    ([name, columns]) => [name, Object.keys(columns)] as const,
  );
  return {
    from: Object.fromEntries(from),
    parameters: (rows) =>
      columnsOf.flatMap(([name, columns]) => {
        const set: readonly Readonly<Record<string, unknown>>[] = rows[name] ?? [];
        return columns.map((column) => set.map((row) => row[column]));
      }),
  };
}
