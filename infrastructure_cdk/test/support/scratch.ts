import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for everything the tests synthesize, removed after the last of them. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'carthub-cdk-'));
  process.env.CARTHUB_TEST_SCRATCH = folder;
  return () => rmSync(folder, { recursive: true });
}
