// `npm run docs` writes docs/performance.md and its charts; `--check` compares instead.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readResults } from '../report/result-file.ts';
import { charts } from './measured-section.ts';
import { performanceDocument } from './performance-document.ts';

const DOCS = join(import.meta.dirname, '../../docs');

const results = await readResults();
const files = new Map(
  Object.entries(charts(results)).map(([name, text]) => [join(DOCS, 'performance', name), text]),
);
files.set(join(DOCS, 'performance.md'), performanceDocument(results));
const stale = [...files].filter(
  ([file, text]) => !existsSync(file) || readFileSync(file, 'utf8') !== text,
);
if (process.argv.includes('--check')) {
  for (const [file] of stale) console.error(`Not up to date: ${file}. Run: npm run docs`);
  if (stale.length > 0) process.exitCode = 1;
} else {
  mkdirSync(join(DOCS, 'performance'), { recursive: true });
  for (const [file, text] of stale) writeFileSync(file, text);
}
