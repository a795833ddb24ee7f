import { readFile } from 'node:fs/promises';
import { expect, inject, it } from 'vitest';
import { replayTranscript } from '../support/api-transcript.ts';

it('docs/api.md shows what the backend answers', async () => {
  const documented = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8');
  const replayed = await replayTranscript(documented, inject('shop').backendUrl);
  expect(replayed).toBe(documented);
  expect(documented.match(/```http/g)?.length).toBeGreaterThanOrEqual(20);
});
