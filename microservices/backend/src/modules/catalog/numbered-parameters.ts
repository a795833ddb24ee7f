/** What statements of a search can be narrowed by. */
export interface Values {
  readonly limit: number;
  readonly max_walked: number | null;
  /** The last letters of a word may be missing. */
  readonly open: string;
  /** Whole words. */
  readonly exact: string;
  readonly category: string | null;
  readonly rank: number | null;
  readonly value: string | null;
  readonly product_id: string | null;
}

/** The number of a parameter in the text of a statement, such as "$2". */
export type Parameter = (name: keyof Values) => string;

/** Numbers the parameters in the order of their first use, so that the statement has no others. */
export function withParameters(build: (parameter: Parameter) => string) {
  const names: (keyof Values)[] = [];
  const text = build((name) => {
    if (!names.includes(name)) names.push(name);
    return `$${names.indexOf(name) + 1}`;
  });
  return { text, names };
}
