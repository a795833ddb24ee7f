import type { Difference } from './compare.ts';

/** Three lines at most: the object, and both definitions. */
export function formatDifference({ object, state, expected, actual }: Difference): string {
  const lines = [`${state.padEnd(7)}  ${object}`];
  if (expected !== null) lines.push(`  expected  ${indent(expected)}`);
  if (actual !== null) lines.push(`  actual    ${indent(actual)}`);
  return lines.join('\n');
}

/** A definition may hold line breaks in its strings and names. */
function indent(definition: string): string {
  return definition.replaceAll('\n', '\n            ');
}

/** What to do about the migrations, which come before all other differences. */
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
  return 'Write a migration that makes the schema as it should be: roll forward.';
}
