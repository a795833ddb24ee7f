// `npm run check:contracts`: services share only vendored copies of files, each copy equals its original, links
// between documents hold, and base images have digests.
// `npm run contracts` renews the copies.

import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { findMovingTags } from './base-images.ts';
import { findStaleCopies, writeCopies } from './copies.ts';
import { findEscapes, SERVICES } from './escapes.ts';
import { findBrokenLinks } from './links.ts';
import { findMissingPictures } from './pictures.ts';

const ROOT = join(import.meta.dirname, '../..');

if (process.argv.includes('--write')) await writeCopies(ROOT);

const escapes = SERVICES.map((service) => {
  const directory = join(ROOT, service);
  return findEscapes(directory, listFiles(directory));
});
const problems = (
  await Promise.all([
    findStaleCopies(ROOT),
    findMissingPictures(ROOT),
    findBrokenLinks(ROOT),
    findMovingTags(ROOT),
    ...escapes,
  ])
).flat();
for (const problem of problems) console.error(problem);
console.log(problems.length === 0 ? 'The contracts hold.' : `${problems.length} problems.`);
process.exitCode = problems.length === 0 ? 0 : 1;

/** Tracked files, and untracked ones that git does not ignore. */
function listFiles(directory: string): string[] {
  const args = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const listed = execFileSync('git', args, { cwd: directory, encoding: 'utf8' });
  return listed.split('\0').filter((file) => file !== '');
}
