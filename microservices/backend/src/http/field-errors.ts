/** What is wrong with a request, field by field, in a list that no request can make long. */
import type { FastifySchemaValidationError } from 'fastify';
import { type FieldError, Problem } from './problem.ts';
import { TEXT_PATTERN, TEXT_RULE } from './text.ts';

/** More are counted, not listed. */
export const MAX_LISTED_ERRORS = 50;
/** Room for every field of the API; a longer pointer names what a client has made up. */
const MAX_POINTER_LENGTH = 255;

/** The keyword of an error about text that is not well-formed. */
export const TEXT_KEYWORD = 'text';

/** An RFC 6901 JSON pointer. */
export const pointerTo = (names: readonly string[]): string =>
  names
    .map((name) => `/${name.toWellFormed().replaceAll('~', '~0').replaceAll('/', '~1')}`)
    .join('');

/** The 422 for what a schema has refused. */
export function validationFailed(
  violations: readonly FastifySchemaValidationError[],
): Problem<'validation-failed'> {
  const errors = new Map<string, FieldError>();
  for (const violation of violations) {
    const error = fieldError(violation);
    errors.set(JSON.stringify(error), error);
  }
  const listed = [...errors.values()].slice(0, MAX_LISTED_ERRORS);
  const unlisted = errors.size - listed.length;
  return new Problem('validation-failed', {
    errors: listed,
    ...(unlisted > 0 && {
      detail: `The request does not fit its schema. \`errors\` says where, and ${unlisted} more are not listed.`,
    }),
  });
}

/** The 422 for one field that a schema cannot judge. */
export const invalidField = (name: string, detail: string): Problem<'validation-failed'> =>
  new Problem('validation-failed', { errors: [{ pointer: pointerTo([name]), detail }] });

function fieldError({
  instancePath,
  keyword,
  params,
  message = 'is not valid',
}: FastifySchemaValidationError): FieldError {
  switch (keyword) {
    case 'additionalProperties':
      return at(instancePath, params.additionalProperty, 'is not a known field');
    case 'required':
      return at(instancePath, params.missingProperty, 'is required');
    case 'multipleOf':
      return { pointer: instancePath, detail: 'must have at most two decimals' };
    case 'enum':
      return { pointer: instancePath, detail: `${message}: ${String(params.allowedValues)}` };
    case TEXT_KEYWORD:
      return bounded(instancePath, TEXT_RULE);
    case 'pattern':
      return {
        pointer: instancePath,
        detail: params.pattern === TEXT_PATTERN ? TEXT_RULE : message,
      };
    default:
      return { pointer: instancePath, detail: message };
  }
}

const at = (parent: string, name: unknown, detail: string): FieldError =>
  bounded(parent + pointerTo([String(name)]), detail);

/** A pointer that is too long names the nearest parent that is not. */
function bounded(pointer: string, detail: string): FieldError {
  if (pointer.length <= MAX_POINTER_LENGTH) return { pointer, detail };
  const parent = pointer.slice(0, pointer.lastIndexOf('/', MAX_POINTER_LENGTH));
  return { pointer: parent, detail: `has a field with a long name that ${detail}` };
}
