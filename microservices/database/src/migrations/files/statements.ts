/** One statement of an SQL file. `offset` is its start in UTF-16 units, as in slice(). */
export interface Statement {
  readonly text: string;
  readonly offset: number;
}

/** First the tokens in which semicolons and parentheses have no meaning, then words, then any character. */
const TOKEN = new RegExp(
  [
    String.raw`--[^\n]*`,
    String.raw`\/\*`,
    String.raw`[eE]'(?:\\.|''|[^'\\])*'`,
    `'(?:''|[^'])*'`,
    `"(?:""|[^"])*"`,
    String.raw`\$(?<tag>(?:[A-Za-z_\u0080-\uffff][\w\u0080-\uffff]*)?)\$.*?\$\k<tag>\$`,
    String.raw`[A-Za-z_\u0080-\uffff][\w$\u0080-\uffff]*`,
    '.',
  ].join('|'),
  'sy',
);

/**
 * Splits a file like psql: at semicolons outside strings, comments, parentheses and the bodies of
 * SQL-standard functions (`begin atomic ... end`). Does not detect invalid SQL: the server does.
 */
export function splitStatements(sql: string): readonly Statement[] {
  const statements: Statement[] = [];
  let start: number | undefined;
  let parentheses = 0;
  let words: string[] = [];
  let position = 0;
  const finish = () => {
    if (start !== undefined) statements.push({ text: sql.slice(start, position), offset: start });
    start = undefined;
    parentheses = 0;
    words = [];
  };
  while (position < sql.length) {
    const token = readToken(sql, position);
    if (token === ';' && parentheses <= 0 && atomicDepth(words) === 0) {
      finish();
    } else if (!isBlank(token)) {
      start ??= position;
      if (token === '(') parentheses += 1;
      if (token === ')') parentheses -= 1;
      if (/^[a-z]/i.test(token) && !token.includes("'")) words.push(token.toLowerCase());
    }
    position += token.length;
  }
  finish();
  return statements.map(({ text, offset }) => ({ text: text.trimEnd(), offset }));
}

/** `begin`, `commit` and similar statements, which would interfere with the runner's transaction. */
export function isTransactionControl(statement: Statement): boolean {
  return /^(begin|start\s+transaction|commit|end|rollback|abort|savepoint|release|prepare\s+transaction)\b/i.test(
    statement.text,
  );
}

/** Whether the statement contains the word outside strings, quoted names and comments. */
export function hasWord({ text }: Statement, word: string): boolean {
  for (let position = 0; position < text.length; ) {
    const token = readToken(text, position);
    if (token.toLowerCase() === word) return true;
    position += token.length;
  }
  return false;
}

function readToken(sql: string, position: number): string {
  TOKEN.lastIndex = position;
  const token = TOKEN.exec(sql)?.[0] ?? sql.slice(position);
  return token === '/*' ? sql.slice(position, endOfComment(sql, position)) : token;
}

/** Comments can be nested in PostgreSQL. */
function endOfComment(sql: string, position: number): number {
  let depth = 0;
  for (const { 0: mark, index } of sql.slice(position).matchAll(/\/\*|\*\//g)) {
    depth += mark === '/*' ? 1 : -1;
    if (depth === 0) return position + index + 2;
  }
  return sql.length;
}

function isBlank(token: string): boolean {
  return token.trim() === '' || token.startsWith('--') || token.startsWith('/*');
}

/** The nesting depth inside `begin atomic`; `case ... end` counts too. */
function atomicDepth(words: readonly string[]): number {
  const begin = words.findIndex((word, at) => word === 'begin' && words[at + 1] === 'atomic');
  if (begin === -1 || words[0] !== 'create') return 0;
  return words.slice(begin).reduce((depth, word) => {
    if (word === 'begin' || word === 'case') return depth + 1;
    return word === 'end' ? depth - 1 : depth;
  }, 0);
}
