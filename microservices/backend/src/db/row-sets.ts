/**
 * Rows that a statement takes as parameters: one array per column, joined by `unnest`. The columns are named
 * once, and both the SQL and the order of the parameters follow from that.
 *
 * Terminology
 *   row set   rows with the same columns; the statement sees it as a table under its name.
 */
interface ColumnValues {
  text: string | null;
  integer: number | null;
  numeric: string | null;
  boolean: boolean;
  jsonb: string | null;
  uuid: string;
}

type Columns = Readonly<Record<string, keyof ColumnValues>>;

/** A row with the values of its columns; decimals are text. */
type RowOf<Set extends Columns> = {
  readonly [Name in keyof Set]: ColumnValues[Set[Name]];
};

export interface RowSets<Sets extends Readonly<Record<string, Columns>>> {
  /** For each row set what follows `from`: `unnest($1::text[], …) as name(column, …)`. */
  readonly from: { readonly [Name in keyof Sets]: string };
  /** The arrays as arguments of a function: `$1::text[], …`. */
  readonly list: string;
  /** The parameters, in the order of `from`. */
  parameters(rows: { readonly [Name in keyof Sets]: readonly RowOf<Sets[Name]>[] }): unknown[][];
}

/**
 * @param sets in the order of the parameters
 * @param before how many parameters of the statement come before them
 */
export function defineRowSets<const Sets extends Readonly<Record<string, Columns>>>(
  sets: Sets,
  before = 0,
): RowSets<Sets> {
  const list: string[] = [];
  const from = Object.entries(sets).map(([name, columns]) => {
    const first = before + list.length + 1;
    const arrays = Object.values(columns).map((type, index) => `$${first + index}::${type}[]`);
    list.push(...arrays);
    return [name, `unnest(${arrays.join(', ')}) as ${name}(${Object.keys(columns).join(', ')})`];
  });
  const columnsOf = Object.entries(sets).map(
    ([name, columns]) => [name, Object.keys(columns)] as const,
  );
  return {
    from: Object.fromEntries(from),
    list: list.join(', '),
    parameters: (rows) =>
      columnsOf.flatMap(([name, columns]) => {
        const set: readonly Readonly<Record<string, unknown>>[] = rows[name] ?? [];
        return columns.map((column) => set.map((row) => row[column]));
      }),
  };
}
