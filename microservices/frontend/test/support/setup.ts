import '../../src/app/styles.css';
import { afterEach, beforeAll, beforeEach } from 'vitest';
import { cleanup } from 'vitest-browser-react';
import { setBearerToken } from '../../src/shared/api/bearer.ts';
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
  setBearerToken(undefined);
  sessionStorage.clear();
  localStorage.clear();
});

afterEach(async () => {
  // Unmount before the handlers are reset: a page that is still mounted would call the next test's shop.
  await cleanup();
  document.body.replaceChildren();
  worker.resetHandlers();
});
