import type { Static, TSchema } from 'typebox';
import { Value } from 'typebox/value';
import { Problem } from './problem.ts';

/** An opaque position in a list, as it travels in a URL. */
export const encodeCursor = (position: unknown): string =>
  Buffer.from(JSON.stringify(position)).toString('base64url');

/** The position that a cursor stands for; 422 if it is not one of ours for this list. */
export function decodeCursor<Schema extends TSchema>(
  schema: Schema,
  cursor: string,
): Static<Schema> {
  try {
    return Value.Parse(schema, JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8')));
  } catch (cause) {
    throw new Problem('validation-failed', {
      errors: [{ pointer: '/cursor', detail: 'is not a next_cursor of this list' }],
      cause,
    });
  }
}
