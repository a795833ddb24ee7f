import { HttpResponse, http } from 'msw';
import { setupWorker } from 'msw/browser';

/** The test's own, after those of the page. */
export const LAST_REQUEST = '/last-request-of-the-test';

export const worker = setupWorker(http.get(LAST_REQUEST, () => new HttpResponse()));
