import '../../src/app/styles.css';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { worker } from './worker.ts';

beforeAll(async () => {
  await worker.start({
    quiet: true,
    onUnhandledRequest: (request, print) => {
      if (new URL(request.url).pathname.startsWith('/api/')) print.error();
    },
  });
});

beforeEach(() => {
  sessionStorage.clear();
});

afterEach(async () => {
  // Before the handlers go: a page that lives on would talk to the next test's shop.
  await cleanup();
  document.body.replaceChildren();
  worker.resetHandlers();
});
