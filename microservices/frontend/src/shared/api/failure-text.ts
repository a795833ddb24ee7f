import { ApiError } from './api-error.ts';
import { type FailureContext, problemSentence, statusSentence } from './problem-sentences.ts';

const AGAIN_SOON = 'Please try again in a moment.';

/** One or two sentences for the shopper: what happened and what to do. Never a text of the API. */
export function failureText(error: unknown, context: FailureContext = 'page'): string {
  if (!(error instanceof ApiError)) {
    return 'Something went wrong on this page. Reload it and try again.';
  }
  const sentence = problemSentence(error.code, context) ?? statusSentence(error.status, context);
  return sentence.replace(AGAIN_SOON, waitText(error.retryAfterSeconds));
}

function waitText(seconds: number | undefined): string {
  if (seconds === undefined || seconds < 2) return AGAIN_SOON;
  if (seconds > 90) return `Please try again in ${Math.ceil(seconds / 60)} minutes.`;
  return `Please try again in ${Math.ceil(seconds)} seconds.`;
}
