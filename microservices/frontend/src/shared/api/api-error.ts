/**
 * Terminology
 *   problem      an answer of the API that is not the hoped-for one (RFC 9457), known by its `code`.
 *   unreachable  no problem of the API at all: no answer, or one by something in front of it.
 */
export interface ProblemField {
  /** RFC 6901 JSON pointer into the request's body. */
  readonly pointer: string;
  readonly detail: string;
}

interface ApiErrorParts {
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly errors?: readonly ProblemField[];
  /** The members that a code adds to its problem, such as `lines`. */
  readonly members?: Readonly<Record<string, unknown>>;
  readonly retryAfterSeconds?: number | undefined;
  readonly cause?: unknown;
}

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

/** The shop cannot be used for now, and nothing that the shopper did is the reason. */
export function isOutage(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 0 || error.status >= 500);
}

/** The API makes no difference between what is not there and what belongs to someone else. */
export function isNotFound(error: unknown): boolean {
  return error instanceof ApiError && (error.status === 404 || error.status === 403);
}
