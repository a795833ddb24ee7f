import { INPUTS } from './inputs.ts';

const NAMES = Object.keys(INPUTS);
const VARIABLES: readonly string[] = Object.values(INPUTS).map(({ variable }) => variable);

/**
 * A sentence for each misspelled input: AWS would get the default without a word.
 *
 * @param context names of the CDK's context. Its own ones are not of letters only: `@aws-cdk/…`, `cli-telemetry`
 * @param variables names of environment variables. Other parts of the shop have some too (CARTHUB_STATE_DIR), so only
 *   one that is close to an input's is refused
 */
export function unknownInputs(
  context: readonly string[],
  variables: readonly string[],
): readonly string[] {
  const names = context.filter((name) => /^[A-Za-z]+$/.test(name) && !NAMES.includes(name));
  const others = variables.filter(
    (name) => name.startsWith('CARTHUB_') && !VARIABLES.includes(name),
  );
  return [
    ...names.map((name) => {
      const meant = closest(name, NAMES);
      return `${name} is not an input${meant ? `: did you mean ${meant}?` : ': README.md lists them.'}`;
    }),
    ...others.flatMap((name) => {
      const meant = closest(name, VARIABLES);
      return meant ? [`${name} is not a variable of an input: did you mean ${meant}?`] : [];
    }),
  ];
}

function closest(name: string, known: readonly string[]): string | undefined {
  const plain = (text: string) =>
    text
      .replace(/^CARTHUB_/, '')
      .replaceAll('_', '')
      .toLowerCase();
  return known
    .map((each) => ({ each, distance: editDistance(plain(name), plain(each)) }))
    .filter(({ each, distance }) => distance <= (plain(each).length < 9 ? 1 : 2))
    .sort((a, b) => a.distance - b.distance)[0]?.each;
}

/** Letters to insert, delete or replace (Levenshtein). */
function editDistance(a: string, b: string): number {
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const row = [i + 1];
    for (const [j, other] of [...b].entries())
      row.push(
        Math.min(
          (last[j + 1] ?? 0) + 1,
          (row[j] ?? 0) + 1,
          (last[j] ?? 0) + (letter === other ? 0 : 1),
        ),
      );
    last = row;
  }
  return last[b.length] ?? 0;
}
