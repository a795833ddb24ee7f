import { ApiError, isOutage } from './api-error.ts';

/** One or two sentences for the shopper: what happened and what to do. */
export function failureText(error: unknown): string {
  if (error instanceof ApiError) {
    if (error.status === 429) return `That was a lot at once. ${waitText(error.retryAfterSeconds)}`;
    if (isOutage(error)) return `We could not reach the shop. ${waitText(error.retryAfterSeconds)}`;
    return error.message;
  }
  return 'Something went wrong on this page. Reload it and try again.';
}

function waitText(seconds: number | undefined): string {
  if (seconds === undefined || seconds < 2) return 'Please try again in a moment.';
  return `Please try again in ${Math.ceil(seconds)} seconds.`;
}
