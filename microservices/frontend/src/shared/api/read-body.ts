import { isRecord } from '../lib/is-record.ts';
import { ApiError } from './api-error.ts';

interface FetchResult<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of a successful response; throws an `ApiError` for anything else. */
export async function readBody<Body>(
  pending: Promise<FetchResult<Body>>,
): Promise<NonNullable<Body>> {
  const result = await pending.catch((cause: unknown) => {
    throw isAbort(cause) ? cause : unreachable(cause);
  });
  if (result.data !== undefined && result.data !== null) return result.data;
  throw problemOf(result.error, result.response);
}

function isAbort(cause: unknown): boolean {
  return cause instanceof DOMException && cause.name === 'AbortError';
}

function unreachable(cause: unknown): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    detail: 'The shop did not answer. Check your connection, then try again.',
    cause,
  });
}

function problemOf(body: unknown, response: Response): ApiError {
  const problem = isRecord(body) ? body : {};
  return new ApiError({
    status: response.status,
    code: typeof problem.code === 'string' ? problem.code : 'unknown',
    detail:
      typeof problem.detail === 'string'
        ? problem.detail
        : 'The shop could not answer just now. Please try again in a moment.',
    errors: Array.isArray(problem.errors) ? problem.errors.filter(isField) : [],
    members: problem,
    retryAfterSeconds: secondsOf(response.headers.get('Retry-After')),
  });
}

function isField(value: unknown): value is { pointer: string; detail: string } {
  return isRecord(value) && typeof value.pointer === 'string' && typeof value.detail === 'string';
}

function secondsOf(header: string | null): number | undefined {
  const seconds = Number(header ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}
