// Finds the previous release of the backend in git and unpacks it.

import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface Release {
  readonly commit: string;
  /** Why this commit was chosen; ends a sentence. */
  readonly reason: string;
}

/** Its message is shown to the user. */
export class NoHistoryError extends Error {
  override readonly name = 'NoHistoryError';
}

const BACKEND = 'microservices/backend';
const CONTRACT = `${BACKEND}/contracts/schema.sql`;
const SCHEMA = 'microservices/database/schema.sql';
const MAX_ARCHIVE_BYTES = 512 * 1024 * 1024;

/** The newest tag, else the last commit whose contract is an older schema than the current one. */
export function findPreviousRelease(root: string): Release {
  const git = (...args: string[]) =>
    execFileSync('git', args, { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });
  const attempt = (...args: string[]) => {
    try {
      return git(...args).trim();
    } catch {
      return undefined;
    }
  };
  if (git('rev-parse', '--is-shallow-repository').trim() === 'true') {
    throw new NoHistoryError(
      'This clone is shallow and does not contain the previous release. Run "git fetch --unshallow --tags".',
    );
  }
  const tag = attempt('describe', '--tags', '--abbrev=0', '--match', 'backend-v*', 'HEAD^');
  if (tag !== undefined) {
    return { commit: git('rev-list', '-n1', tag).trim(), reason: `the tag ${tag}` };
  }
  const head = git('rev-parse', 'HEAD').trim();
  const contract = attempt('show', `HEAD:${CONTRACT}`);
  if (contract !== readFileSync(join(root, SCHEMA), 'utf8').trim()) {
    return { commit: head, reason: 'the last commit: the current schema is newer' };
  }
  const changed = git('log', '-n1', '--format=%H', '--', CONTRACT).trim();
  const before = attempt('rev-parse', '--verify', '--quiet', `${changed}^`);
  if (before === undefined || attempt('cat-file', '-e', `${before}:${CONTRACT}`) === undefined) {
    return { commit: head, reason: 'the last commit: there has only been one schema' };
  }
  return {
    commit: before,
    reason: `the last commit before ${changed.slice(0, 10)} changed the schema`,
  };
}

/** @returns a new directory that holds the backend of that release; the caller removes it */
export function unpackBackend(root: string, { commit }: Release): string {
  const directory = mkdtempSync(join(tmpdir(), 'carthub-previous-'));
  // The tests' PostgreSQL may run as another user, who must be able to enter this directory.
  chmodSync(directory, 0o755);
  const options = { cwd: root, maxBuffer: MAX_ARCHIVE_BYTES };
  const archive = execFileSync('git', ['archive', '--format=tar', `${commit}:${BACKEND}`], options);
  execFileSync('tar', ['x', '-C', directory], { input: archive });
  return directory;
}
