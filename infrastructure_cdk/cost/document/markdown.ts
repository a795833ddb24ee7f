export type Align = 'left' | 'right';

/** A Markdown table; each row has as many cells as the head. */
export function table(
  head: readonly string[],
  align: readonly Align[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`;
  const ruler = align.map((each) => (each === 'right' ? '---:' : '---'));
  return [line(head), line(ruler), ...rows.map(line)].join('\n');
}
