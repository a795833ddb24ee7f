// `npm run docs` writes what docs/performance.md tells of results/, and its charts; `--check` compares instead.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readResults } from '../results.ts';
import { charts, measuredSection, withSection } from './document.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const DOCUMENT = join(DOCS, 'performance.md');

const results = await readResults();
const files = new Map(
  Object.entries(charts(results)).map(([name, text]) => [join(DOCS, 'performance', name), text]),
);
files.set(DOCUMENT, withSection(readFileSync(DOCUMENT, 'utf8'), measuredSection(results)));
const stale = [...files].filter(
  ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`Not what results/ says: ${file}. npm run docs`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(join(DOCS, 'performance'), { recursive: true });
  for (const [file, text] of stale) writeFileSync(file, text);
}
