import type {
  FastifyError,
  FastifyReply,
  FastifyRequest,
  FastifySchemaValidationError,
} from 'fastify';
import { databaseUnavailable } from '../../db/database-errors.ts';
import type { App } from '../app.ts';
import { type FieldError, type PlainCode, Problem, type ProblemCode } from '../problem.ts';
import { problemResponse, sendStored } from '../stored-response.ts';

/** Fastify's own errors that a client can cause. */
const CLIENT_ERRORS: Readonly<Record<string, PlainCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_BAD_URL: 'malformed-request',
};

/**
 * Refused because of too much work, which is no fault: the access log and the metrics tell it. An error with a
 * stack for each, thousands a second, would be the most of the work.
 */
const BY_DECISION: ReadonlySet<ProblemCode> = new Set(['overloaded']);

/** Answers every error and every unknown address as application/problem+json. */
export function addProblemDetails(app: App): void {
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error);
    const isFault = problem.status >= 500 && !BY_DECISION.has(problem.code);
    if (isFault) request.log.error({ err: problem.cause ?? problem }, problem.code);
    return sendProblem(problem, request, reply);
  });
  app.setNotFoundHandler((request, reply) => sendProblem(new Problem('not-found'), request, reply));
}

const sendProblem = (problem: Problem, request: FastifyRequest, reply: FastifyReply) =>
  sendStored(reply, problemResponse(problem, request.id));

/** Fastify's `frameworkErrors`: what fails before a route is found, such as an undecodable path. */
export function sendFrameworkError(
  error: FastifyError,
  request: FastifyRequest,
  reply: FastifyReply,
): void {
  sendProblem(toProblem(error), request, reply);
}

/** Any thrown value as a Problem. What nobody foresaw is an `internal` one, and says no more. */
function toProblem(error: FastifyError): Problem {
  if (error instanceof Problem) return error;
  if (error.validation) {
    return new Problem('validation-failed', { errors: error.validation.map(fieldError) });
  }
  const code = CLIENT_ERRORS[error.code] ?? (error.statusCode === 400 && 'malformed-request');
  if (code) return new Problem(code, { cause: error });
  return databaseUnavailable(error) ?? new Problem('internal', { cause: error });
}

function fieldError(error: FastifySchemaValidationError): FieldError {
  const { instancePath, keyword, params, message = 'is not valid' } = error;
  switch (keyword) {
    case 'additionalProperties':
      return {
        pointer: `${instancePath}/${params.additionalProperty}`,
        detail: 'is not a known field',
      };
    case 'required':
      return { pointer: `${instancePath}/${params.missingProperty}`, detail: 'is required' };
    case 'multipleOf':
      return { pointer: instancePath, detail: 'must have at most two decimals' };
    case 'enum':
      return { pointer: instancePath, detail: `${message}: ${String(params.allowedValues)}` };
    default:
      return { pointer: instancePath, detail: message };
  }
}
