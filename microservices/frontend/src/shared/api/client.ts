import createClient from 'openapi-fetch';
import { askAgain } from './fetch-with-retry.ts';
import type { paths } from './schema.generated.ts';

/** The API is always on the storefront's own origin; the session cookie goes along by itself. */
export const api = createClient<paths>({ baseUrl: window.location.origin, fetch: askAgain });
