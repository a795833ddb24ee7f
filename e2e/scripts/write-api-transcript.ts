// Writes the responses in docs/api.md. Starts a shop to get them.

import { readFile, writeFile } from 'node:fs/promises';
import { startShop } from '../../testbed/shop.ts';
import { replayTranscript } from '../support/api-transcript.ts';

const DOCUMENT = new URL('../../docs/api.md', import.meta.url);

await using shop = await startShop();
await writeFile(
  DOCUMENT,
  await replayTranscript(await readFile(DOCUMENT, 'utf8'), shop.backendUrl),
);
