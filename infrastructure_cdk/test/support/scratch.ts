import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One folder for all synthesized output, removed after the last test. */
export function setup(): () => void {
  const folder = mkdtempSync(join(tmpdir(), 'carthub-cdk-'));
  process.env.CARTHUB_TEST_SCRATCH = folder;
  return () => rmSync(folder, { recursive: true });
}
