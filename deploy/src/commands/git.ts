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

/** git in the checkout; @returns what it printed; @throws Failure with `what` */
async function git(context: Context, what: string, args: readonly string[]): Promise<string> {
  const env = { ...context.env, GIT_TERMINAL_PROMPT: '0' };
  const { root: cwd, signal } = context;
  const outcome = await run('git', [...CREDENTIALS, ...args], { cwd, env, signal });
  if (outcome.code !== 0)
    throw new Failure(
      what,
      lastLines(outcome),
      'Check that you may codecommit:GitPull and codecommit:GitPush, then run again.',
    );
  return outcome.stdout.trim();
}

/** The commit of a service in its own repository. */
export interface Push {
  readonly commit: string;
  /** False if the repository had this very tree already. */
  readonly isNew: boolean;
}

/**
 * Puts a service's folder, as the checkout's HEAD has it, on top of `main` of its own repository. The
 * history there is kept; the working copy and the branches here are not touched.
 */
export async function push(context: Context, service: string, url: string): Promise<Push> {
  const what = `The ${service} can not be pushed.`;
  const ask = (...args: string[]) => git(context, what, args);
  const tree = await ask('rev-parse', `HEAD:microservices/${service}`);
  const listed = await ask('ls-remote', url, 'refs/heads/main');
  const main = listed.split(/\s/)[0];
  if (main) {
    await ask('fetch', '--quiet', '--no-tags', '--no-write-fetch-head', url, 'refs/heads/main');
    if ((await ask('rev-parse', `${main}^{tree}`)) === tree) return { commit: main, isNew: false };
  }
  const source = await ask('rev-parse', '--short', 'HEAD');
  const author = ['-c', 'user.name=Carthub', '-c', 'user.email=deploy@carthub.invalid'];
  const message = `${service} of ${source}`;
  const parents = main ? ['-p', main] : [];
  const commit = await ask(...author, 'commit-tree', tree, ...parents, '-m', message);
  // Not by force: what somebody merged meanwhile is refused, and the next run puts it on top.
  await ask('push', '--quiet', url, `${commit}:refs/heads/main`);
  return { commit, isNew: true };
}
