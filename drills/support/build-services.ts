// Vitest's global setup: builds the database service and the backend once per run, if their content has changed.

import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export function setup(): void {
  for (const service of ['database', 'backend']) {
    const cwd = join(ROOT, 'microservices', service);
    const record = join(ROOT, '.carthub/builds', service);
    const content = contentOf(cwd);
    const isBuilt = existsSync(join(cwd, 'dist')) && existsSync(record);
    if (isBuilt && readFileSync(record, 'utf8') === content) continue;
    execFileSync('npm', ['run', '--silent', 'build'], { cwd });
    mkdirSync(dirname(record), { recursive: true });
    writeFileSync(record, contentOf(cwd));
  }
}

/** A hash of all files that Git does not ignore, and of the build. */
function contentOf(cwd: string): string {
  const list = ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--deduplicate'];
  const names = execFileSync('git', list, { cwd, encoding: 'utf8' }).split('\0').filter(Boolean);
  const dist = join(cwd, 'dist');
  const built = existsSync(dist)
    ? readdirSync(dist, { recursive: true, encoding: 'utf8' }).sort()
    : [];
  const hash = createHash('sha256');
  for (const name of [...names, ...built.map((name) => join('dist', name))]) {
    const file = join(cwd, name);
    if (statSync(file, { throwIfNoEntry: false })?.isFile())
      hash.update(`${name}\0`).update(readFileSync(file));
  }
  return hash.digest('hex');
}
