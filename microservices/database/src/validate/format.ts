import type { Difference } from './steps.ts';

/** On one line, whose end can be run as it stands. */
export function formatDifference({ object, problem, mend, destroys }: Difference): string {
  const warning = destroys ? ' -- DESTROYS DATA' : '';
  return toOneLine(`${object}: ${problem}  →  ${mend}${warning}`);
}

/** Strings and names may hold line breaks, for which SQL has other words too. */
function toOneLine(sql: string): string {
  return sql.replaceAll(/'(?:''|[^'])*'|"(?:""|[^"])*"/g, (token) => {
    if (!token.includes('\n')) return token;
    const escaped = token.replaceAll('\\', '\\\\');
    return token.startsWith("'")
      ? `E${escaped.replaceAll('\n', '\\n')}`
      : `U&${escaped.replaceAll('\n', '\\000a')}`;
  });
}
