import type { Context } from '../context.ts';
import { Failure } from '../failure.ts';
import { lastLines, run } from './run-command.ts';

const CREDENTIALS = [
  '-c',
  'credential.helper=',
  '-c',
  'credential.helper=!aws codecommit credential-helper $@',
  '-c',
  'credential.UseHttpPath=true',
];

/** Runs git in the checkout. @returns its output; @throws Failure with the title `what` */
async function git(context: Context, what: string, args: readonly string[]): Promise<string> {
  const env = { ...context.env, GIT_TERMINAL_PROMPT: '0' };
  const { root: cwd, signal } = context;
  const outcome = await run('git', [...CREDENTIALS, ...args], { cwd, env, signal });
  if (outcome.code !== 0)
    throw new Failure(
      what,
      lastLines(outcome),
      'Check that your identity is allowed codecommit:GitPull and codecommit:GitPush, then run again.',
    );
  return outcome.stdout.trim();
}

/** A service's commit in its own repository. */
export interface Push {
  readonly commit: string;
  /** False if `main` already had this tree. */
  readonly isNew: boolean;
}

/**
 * Commits a service's folder at HEAD on top of `main` of the service's own repository. Keeps the history
 * there; changes neither the working copy nor the branches here.
 */
export async function push(context: Context, service: string, url: string): Promise<Push> {
  const what = `The ${service} cannot be pushed.`;
  const runGit = (...args: string[]) => git(context, what, args);
  const tree = await runGit('rev-parse', `HEAD:microservices/${service}`);
  const listed = await runGit('ls-remote', url, 'refs/heads/main');
  const main = listed.split(/\s/)[0];
  if (main) {
    await runGit('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', url, 'refs/heads/main');
    if ((await runGit('rev-parse', `${main}^{tree}`)) === tree)
      return { commit: main, isNew: false };
  }
  const source = await runGit('rev-parse', '--short', 'HEAD');
  const author = ['-c', 'user.name=Carthub', '-c', 'user.email=deploy@carthub.invalid'];
  const message = `${service} of ${source}`;
  const parents = main ? ['-p', main] : [];
  const commit = await runGit(...author, 'commit-tree', tree, ...parents, '-m', message);
  // Not forced: git rejects the push if somebody merged meanwhile, and the next run commits on top.
  await runGit('push', '--quiet', url, `${commit}:refs/heads/main`);
  return { commit, isNew: true };
}
