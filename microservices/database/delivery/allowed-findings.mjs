// The dated exceptions of allowed-findings.txt, for the scan of the image and the audit of npm packages.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const FILE = join(import.meta.dirname, 'allowed-findings.txt');
const LINE = /^(\S+) (\d{4}-\d\d-\d\d) (\S.*)$/;

/**
 * A CRITICAL or HIGH vulnerability.
 * @typedef {{ id: string, text: string }} Finding
 */

/** Throws at a line that is no exception, so that a misspelled one is not taken for a comment. */
function readExceptions() {
  /** @type {Map<string, string>} last allowed day by id */
  const exceptions = new Map();
  for (const [index, line] of readFileSync(FILE, 'utf8').split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [, id, until] = LINE.exec(line) ?? [];
    if (id === undefined || !isDate(until) || exceptions.has(id))
      throw new Error(
        `Line ${index + 1} of delivery/allowed-findings.txt is not "<id> <YYYY-MM-DD> <reason>" with an id of its own: ${line}`,
      );
    exceptions.set(id, until);
  }
  return exceptions;
}

/**
 * Prints what happens to each finding.
 * @param {readonly Finding[]} findings
 * @returns {number} how many of them no exception allows today (UTC)
 */
export function refuse(findings) {
  const exceptions = readExceptions();
  const today = new Date().toISOString().slice(0, 10);
  let refused = 0;
  for (const { id, text } of findings) {
    const until = exceptions.get(id);
    if (until !== undefined && until >= today) {
      console.log(`${text}: allowed until ${until}.`);
      continue;
    }
    refused += 1;
    console.error(`${text}${until === undefined ? '' : `: its exception expired after ${until}`}.`);
  }
  return refused;
}

function isDate(text) {
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
