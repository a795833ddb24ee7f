// Reads the marks in a migration's first line: `-- carthub: concurrently, breaking`.
//
// Terminology
//   concurrently   runs outside a transaction, in repeatable statements.
//   breaking       the previous backend release cannot work with the new schema.

const MARKS = ['concurrently', 'breaking'] as const;
export type Mark = (typeof MARKS)[number];

interface MarksResult {
  readonly marks: readonly Mark[];
  readonly problems: readonly string[];
}

const HEADER = /^\uFEFF?\s*--\s*carthub\s*:(?<marks>.*)$/i;

/** A misspelled or misplaced mark is a problem: as a comment it would be ignored silently. */
export function readMarks(file: string, sql: string): MarksResult {
  const [first = '', ...others] = sql.split('\n');
  const problems = others.flatMap((line, index) =>
    HEADER.test(line) ? [`${file}:${index + 2}: marks belong in the first line.`] : [],
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

/** ` (concurrently, breaking)`, or an empty string. */
export function formatMarks(marks: readonly Mark[]): string {
  return marks.length === 0 ? '' : ` (${marks.join(', ')})`;
}
