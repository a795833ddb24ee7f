import { expect, it } from 'vitest';
import { expectFailure } from './expect-failure.ts';
import { SYNTHESIZED, type TestAccount, writes } from './test-account.ts';

const CONNECTION = 'arn:aws:codeconnections:us-west-2:123456789012:connection/mock';
const GITHUB = ['--context', 'githubOwner=shop', '--context', `githubConnection=${CONNECTION}`];

/** Registers drills that switch a running shop's sources to GitHub. */
export function drillGithub(account: () => TestAccount): void {
  it('stops before any change while the GitHub connection is unauthorized', async () => {
    const { aws } = account();
    const args = ['--yes', ...GITHUB];
    aws.injections.push({
      service: 'codeconnections',
      action: 'GetConnection',
      kind: 'denied',
      times: 1,
    });
    const denied = await account().run(args, { assembly: undefined });
    expectFailure(denied, 'The connection to GitHub cannot be read.');
    const pending = await account().run(args, { assembly: SYNTHESIZED });
    expectFailure(pending, 'The connection to GitHub is not authorized.');
    expect(pending.err).toContain(`${CONNECTION} is PENDING`);
    expect(pending.err).toContain('settings/connections?region=us-west-2, choose carthub');
    for (const ran of [denied, pending]) expect(writes(ran.calls)).toEqual([]);
  });

  it('waits for the pipelines of GitHub sources, and says what to push', async () => {
    const { aws } = account();
    aws.connectionStatus = 'AVAILABLE';
    aws.pipelines.source = { action: 'GitHub', repositories: account().addGithub() };
    for (const service of ['database', 'backend']) account().pushToGithub(service);
    const before = account().history('database');
    const ran = await account().run(['--yes', ...GITHUB], { assembly: SYNTHESIZED });
    expectFailure(ran, 'Pipeline carthub-frontend failed.');
    expect(ran.out).toContain('connection carthub is AVAILABLE');
    expect(ran.out).toContain('shop/carthub-database, branch main: nothing to push');
    expect(ran.err).toContain('Source/GitHub: No Branch [main] found');
    expect(ran.err).toContain('git push https://github.com/shop/carthub-frontend');
    expect(account().history('database')).toEqual(before);
    expect(writes(ran.calls).some((call) => call.startsWith('codecommit:'))).toBe(false);
  });

  it('succeeds after that push without any change in AWS', async () => {
    const commit = account().pushToGithub('frontend');
    const ran = await account().run(['--yes', ...GITHUB], { assembly: SYNTHESIZED });
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(`deployed: ${commit.slice(0, 7)} of shop/carthub-frontend`);
    expect(writes(ran.calls)).toEqual([]);
  });
}
