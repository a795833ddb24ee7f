import '../../src/app/styles.css';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { setBearerToken } from '../../src/shared/api/bearer.ts';
import { LAST_REQUEST, worker } from './worker.ts';

/** A test may hold a response back for good. */
const MAX_WAIT_MS = 1_000;

/** Requests of the test whose response has not arrived completely. */
const inFlight = new Set<Promise<unknown>>();

const send = window.fetch.bind(window);
window.fetch = (...request) => {
  const response = send(...request);
  const arrival = response.then((arrived) => arrived.clone().arrayBuffer()).catch(() => {});
  inFlight.add(arrival);
  void arrival.finally(() => inFlight.delete(arrival));
  return response;
};

beforeAll(async () => {
  await worker.start({
    quiet: true,
    onUnhandledRequest: (request, print) => {
      if (new URL(request.url).pathname.startsWith('/api/')) print.error();
    },
  });
});

beforeEach(() => {
  setBearerToken(undefined);
  sessionStorage.clear();
  localStorage.clear();
});

afterEach(async () => {
  // A page that is still mounted, or has a request on its way, would change the next test's shop.
  await cleanup();
  document.body.replaceChildren();
  await finishRequests();
  worker.resetHandlers();
});

async function finishRequests(): Promise<void> {
  const late = new Promise((resolve) => setTimeout(resolve, MAX_WAIT_MS, 'late'));
  while (inFlight.size > 0) {
    if ((await Promise.race([Promise.all(inFlight), late])) === 'late') break;
    // What the page does with a response may send the next request.
    await new Promise((resolve) => setTimeout(resolve));
  }
  inFlight.clear();
  // Requests reach the handlers in order. One that the page has aborted may not have arrived yet.
  await send(LAST_REQUEST);
}
