// Writes openapi.json, the contract with the storefront, from the routes' own schemas.

import { generate } from './generated-file.ts';
import { buildOfflineApp } from './offline-app.ts';

const app = await buildOfflineApp();
await generate(
  new URL('../openapi.json', import.meta.url),
  `${JSON.stringify(app.swagger(), null, 2)}\n`,
);
await app.close();
