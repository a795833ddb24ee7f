import { expect } from 'vitest';
import type { Ran } from './test-account.ts';

/** One message, in three parts, and an exit code that says so. */
export function expectFailure(ran: Ran, what: string): void {
  expect(ran.err.match(/^FAILED: .*$/gm), ran.err).toEqual([`FAILED: ${what}`]);
  expect(ran.err).toMatch(/^ {2}why: {2}\S/m);
  expect(ran.err).toMatch(/^ {2}do: {3}\S/m);
  expect(ran.err).not.toMatch(/^\s+at /m);
  expect(ran.code).toBe(1);
}
