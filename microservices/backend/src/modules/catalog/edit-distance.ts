/**
 * How many letters must be added, removed, replaced or swapped with their neighbor to get from one word to the other
 * (optimal string alignment distance, https://en.wikipedia.org/wiki/Damerau–Levenshtein_distance).
 */
export function editDistance(from: string, to: string): number {
  const [a, b] = [[...from], [...to]];
  let before: number[] = [];
  let last = b.map((_, index) => index);
  last.push(b.length);
  a.forEach((letter, row) => {
    const current = [row + 1];
    b.forEach((other, column) => {
      const steps = [
        (current[column] ?? 0) + 1,
        (last[column + 1] ?? 0) + 1,
        (last[column] ?? 0) + (letter === other ? 0 : 1),
      ];
      const isSwapped = column > 0 && letter === b[column - 1] && other === a[row - 1];
      if (isSwapped) steps.push((before[column - 1] ?? 0) + 1);
      current.push(Math.min(...steps));
    });
    [before, last] = [last, current];
  });
  return last[b.length] ?? a.length;
}
