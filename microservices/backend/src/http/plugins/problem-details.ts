import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { databaseProblem } from '../../db/database-errors.ts';
import { LogInterval } from '../../log-interval.ts';
import type { App } from '../app.ts';
import { validationFailed } from '../field-errors.ts';
import { type PlainCode, Problem, type ProblemCode } from '../problem.ts';
import { unreadableTarget } from '../request-target.ts';
import { problemResponse, sendStored } from '../stored-response.ts';

/** Fastify's own errors that a client can cause. */
const CLIENT_ERRORS: Readonly<Record<string, PlainCode>> = {
  FST_ERR_CTP_INVALID_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_EMPTY_JSON_BODY: 'malformed-request',
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: 'malformed-request',
  FST_ERR_CTP_INVALID_MEDIA_TYPE: 'unsupported-media-type',
  FST_ERR_CTP_BODY_TOO_LARGE: 'body-too-large',
  FST_ERR_BAD_URL: 'malformed-request',
  FST_ERR_MAX_PARAM_LENGTH: 'uri-too-long',
};

/**
 * Refused because of too much work, which is no fault: the access log and the metrics tell it. An error with a
 * stack for each, thousands a second, would be the most of the work.
 */
const BY_DECISION: ReadonlySet<ProblemCode> = new Set(['overloaded']);

/**
 * Answers every error and every unknown address as application/problem+json. What is unavailable fails many requests:
 * one a second is logged.
 */
export function addProblemDetails(app: App): void {
  const unavailable = new LogInterval();
  app.setErrorHandler<FastifyError>((error, request, reply) => {
    const problem = toProblem(error);
    const isFault = problem.status >= 500 && !BY_DECISION.has(problem.code);
    const isLogged = problem.status !== 503 || unavailable.isDue(problem.code);
    if (isFault)
      request.log[isLogged ? 'error' : 'debug']({ err: problem.cause ?? problem }, problem.code);
    return sendProblem(problem, request, reply);
  });
  app.setNotFoundHandler((request, reply) =>
    sendProblem(new Problem(unreadableTarget(request.raw) ?? 'not-found'), request, reply),
  );
}

function sendProblem(problem: Problem, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Caches may keep a 404 or 414 that does not say so.
  if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  return sendStored(reply, problemResponse(problem, request.id));
}

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
  if (error.validation) return validationFailed(error.validation);
  const code = CLIENT_ERRORS[error.code] ?? (error.statusCode === 400 && 'malformed-request');
  if (code) return new Problem(code, { cause: error });
  return databaseProblem(error) ?? new Problem('internal', { cause: error });
}
