import createClient from 'openapi-fetch';
import { fetchWithRetry } from './fetch-with-retry.ts';
import type { paths } from './schema.generated.ts';

/** The API is on the storefront's own origin, so the browser sends the session cookie. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: fetchWithRetry });
