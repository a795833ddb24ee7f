import { isRecord } from '../lib/is-record.ts';
import { ApiError, UNKNOWN_CODE } from './api-error.ts';
import { hasShape, type Shape } from './shapes.ts';

interface FetchResult<Body> {
  data?: Body;
  error?: unknown;
  response: Response;
}

/** The body of a successful response of this shape; throws an `ApiError` for anything else. */
export async function readBody<Body>(
  pending: Promise<FetchResult<Body>>,
  shape: Shape,
): Promise<NonNullable<Body>> {
  const result = await pending.catch((cause: unknown) => {
    throw isAbort(cause) ? cause : unreachable(cause);
  });
  const { data } = result;
  if (data !== undefined && data !== null && hasShape(data, shape)) return data;
  throw problemOf(result.error, result.response);
}

function isAbort(cause: unknown): boolean {
  return isRecord(cause) && cause.name === 'AbortError';
}

function unreachable(cause: unknown): ApiError {
  return new ApiError({
    status: 0,
    code: 'unreachable',
    detail: 'no response',
    cause,
  });
}

function problemOf(body: unknown, response: Response): ApiError {
  const problem = isRecord(body) ? body : {};
  return new ApiError({
    // A success without a readable body is as good as no response.
    status: response.ok ? 0 : response.status,
    code: typeof problem.code === 'string' ? problem.code : UNKNOWN_CODE,
    detail:
      typeof problem.detail === 'string'
        ? problem.detail
        : `status ${response.status} without a problem`,
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
