import { expect } from 'vitest';
import type { RunResult } from './test-account.ts';

/** Expects one failure message in three parts and exit code 1. */
export function expectFailure(ran: RunResult, what: string): void {
  expect(ran.err.match(/^FAILED: .*$/gm), ran.err).toEqual([`FAILED: ${what}`]);
  expect(ran.err).toMatch(/^ {2}why: {2}\S/m);
  expect(ran.err).toMatch(/^ {2}do: {3}\S/m);
  expect(ran.err).not.toMatch(/^\s+at /m);
  expect(ran.code).toBe(1);
}
