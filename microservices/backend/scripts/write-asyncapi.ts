// Writes asyncapi.json, the contract with receivers of events, from the events' own schemas.

import { asyncApiDocument } from '../src/events/asyncapi.ts';
import { VERSION } from '../src/version.ts';
import { generate } from './generated-file.ts';

await generate(
  new URL('../asyncapi.json', import.meta.url),
  `${JSON.stringify(asyncApiDocument(VERSION), null, 2)}\n`,
);
