/**
 * Terminology
 *   problem      an error response of the API (RFC 9457), identified by its `code`.
 *   unreachable  no response, or one from a proxy in front of the API.
 */
export interface ProblemField {
  /** RFC 6901 JSON pointer into the request's body. */
  readonly pointer: string;
  readonly detail: string;
}

interface ApiErrorParts {
  readonly status: number;
  readonly code: string;
  /** For programmers: the API's own sentence. */
  readonly detail: string;
  readonly errors?: readonly ProblemField[];
  /** The extension members of a problem, such as `lines`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

/** The code of a response that is no problem of the API. */
export const UNKNOWN_CODE = 'unknown';

export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: readonly ProblemField[];
  readonly members: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds: number | undefined;

  constructor(parts: ApiErrorParts) {
    super(parts.detail, { cause: parts.cause });
    this.name = 'ApiError';
    this.status = parts.status;
    this.code = parts.code;
    this.errors = parts.errors ?? [];
    this.members = parts.members ?? {};
    this.retryAfterSeconds = parts.retryAfterSeconds;
  }
}

export function hasCode(error: unknown, ...codes: string[]): error is ApiError {
  return error instanceof ApiError && codes.includes(error.code);
}

/** The shop is unavailable, not because of the shopper's input. */
export function isOutage(error: unknown): error is ApiError {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/**
 * The API does not tell "does not exist" from "belongs to someone else". A 404 without a code is from a proxy,
 * which does not know.
 */
export function isNotFound(error: unknown): boolean {
  return (
    error instanceof ApiError &&
    (error.status === 404 || error.status === 403) &&
    error.code !== UNKNOWN_CODE
  );
}

/** Of a read by an id from the page's address: there is nothing there, or nothing can be, such as an id that is too long. */
export const isNothingThere = (error: unknown): boolean =>
  isNotFound(error) || hasCode(error, 'validation-failed', 'malformed-request', 'uri-too-long');
