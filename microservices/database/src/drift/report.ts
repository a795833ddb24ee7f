import type { Difference } from './compare.ts';

/** Three lines at most: the object, and both definitions. */
export function formatDifference({ object, state, expected, actual }: Difference): string {
  const lines = [`${state.padEnd(7)}  ${object}`];
  if (expected !== null) lines.push(`  expected  ${indent(expected)}`);
  if (actual !== null) lines.push(`  actual    ${indent(actual)}`);
  return lines.join('\n');
}

/** Strings and names in a definition may contain line breaks. */
function indent(definition: string): string {
  return definition.replaceAll('\n', '\n            ');
}

/** What to do next. Differences in migrations come first: they explain the others. */
export function adviceOf(differences: readonly Difference[]): string {
  const states = new Set(
    differences
      .filter(({ object }) => object === 'database' || object.startsWith('migration '))
      .map(({ state }) => state),
  );
  if (states.has('changed')) return 'Other migrations were applied: see "carthub-db status".';
  if (states.has('missing') && states.has('extra')) {
    return 'Other migrations were applied: see "carthub-db status".';
  }
  if (states.has('missing')) return 'Run "carthub-db migrate" first, then check again.';
  if (states.has('extra')) {
    return 'The database is newer than schema.sql: check with the release that migrated it.';
  }
  return 'Roll forward: write a migration that corrects the schema.';
}
