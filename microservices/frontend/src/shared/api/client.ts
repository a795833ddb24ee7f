import createClient from 'openapi-fetch';
import { bearerToken } from './bearer.ts';
import { fetchWithRetry } from './fetch-with-retry.ts';
import type { paths } from './schema.generated.ts';

/** The API is on the storefront's own origin, so the browser sends the session cookie. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchWithRetry });

api.use({
  onRequest: ({ request }) => {
    const token = bearerToken();
    if (token !== undefined) request.headers.set('Authorization', `Bearer ${token}`);
  },
});
