// What a migration's first line may say: `-- carthub: concurrently, breaking`.
//
// Terminology
//   concurrently   it runs outside of a transaction, in statements that can be repeated.
//   breaking       the backend release before it can not work on the schema that it makes.

const MARKS = ['concurrently', 'breaking'] as const;
export type Mark = (typeof MARKS)[number];

interface MarksResult {
  readonly marks: readonly Mark[];
  readonly problems: readonly string[];
}

const HEADER = /^\uFEFF?\s*--\s*carthub\s*:(?<marks>.*)$/i;

/** A mark that is misspelt or misplaced is a problem, not a comment: it would be missed in silence. */
export function readMarks(file: string, sql: string): MarksResult {
  const [first = '', ...others] = sql.split('\n');
  const problems = others.flatMap((line, index) =>
    HEADER.test(line) ? [`${file}:${index + 2}: marks belong into the first line.`] : [],
  );
  const text = HEADER.exec(first)?.groups?.marks;
  if (text === undefined) return { marks: [], problems };
  const words = text.split(/[\s,]+/).filter((word) => word !== '');
  const unknown = words.filter((word) => !isMark(word));
  if (unknown.length > 0 || words.length === 0) {
    const what = words.length === 0 ? 'no mark' : `the unknown mark "${unknown.join('", "')}"`;
    problems.push(`${file}:1: ${what} after "carthub:": there are ${MARKS.join(' and ')}.`);
  }
  return { marks: MARKS.filter((mark) => words.includes(mark)), problems };
}

const isMark = (word: string): word is Mark => MARKS.some((mark) => mark === word);

/** For sentences: ` (concurrently, breaking)`, or nothing. */
export function formatMarks(marks: readonly Mark[]): string {
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}
