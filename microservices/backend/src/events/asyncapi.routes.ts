import type { App } from '../http/app.ts';
import { asyncApiDocument } from './asyncapi.ts';

/** The contract of the events, beside that of the API. */
export function asyncApiRoutes(app: App, version: string): void {
  const document = asyncApiDocument(version);
  app.get('/asyncapi.json', { schema: { hide: true } }, async () => document);
}
