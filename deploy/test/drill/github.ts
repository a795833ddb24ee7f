import { expect, it } from 'vitest';
import { expectFailure } from './expect-failure.ts';
import { SYNTHESIZED, type World, writes } from './test-account.ts';

const CONNECTION = 'arn:aws:codeconnections:us-west-2:123456789012:connection/mock';
const GITHUB = ['--context', 'githubOwner=shop', '--context', `githubConnection=${CONNECTION}`];

/** Registers drills: a shop that runs takes its sources from GitHub from now on. */
export function drillGithub(world: () => World): void {
  it('takes no sources from GitHub before a person has let AWS in', async () => {
    const { aws } = world();
    const args = ['--yes', ...GITHUB];
    aws.injections.push({
      service: 'codeconnections',
      action: 'GetConnection',
      kind: 'denied',
      times: 1,
    });
    const denied = await world().run(args, { assembly: undefined });
    expectFailure(denied, 'The connection to GitHub cannot be read.');
    const pending = await world().run(args, { assembly: SYNTHESIZED });
    expectFailure(pending, 'The connection to GitHub is not authorized.');
    expect(pending.err).toContain(`${CONNECTION} is PENDING`);
    expect(pending.err).toContain('settings/connections?region=us-west-2, choose carthub');
    for (const ran of [denied, pending]) expect(writes(ran.calls)).toEqual([]);
  });

  it('waits for the pipelines that GitHub feeds, and says what has to be pushed there', async () => {
    const { aws } = world();
    aws.connectionStatus = 'AVAILABLE';
    aws.pipelines.source = { action: 'GitHub', repositories: world().addGithub() };
    for (const service of ['database', 'backend']) world().pushToGithub(service);
    const before = world().history('database');
    const ran = await world().run(['--yes', ...GITHUB], { assembly: SYNTHESIZED });
    expectFailure(ran, 'Pipeline carthub-frontend failed.');
    expect(ran.out).toContain('connection carthub is AVAILABLE');
    expect(ran.out).toContain('shop/carthub-database, branch main: nothing to push');
    expect(ran.err).toContain('Source/GitHub: No Branch [main] found');
    expect(ran.err).toContain('git push https://github.com/shop/carthub-frontend');
    expect(world().history('database')).toEqual(before);
    expect(writes(ran.calls).some((call) => call.startsWith('codecommit:'))).toBe(false);
  });

  it('goes on once that is pushed, and then changes nothing', async () => {
    const commit = world().pushToGithub('frontend');
    const ran = await world().run(['--yes', ...GITHUB], { assembly: SYNTHESIZED });
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(`deployed: ${commit.slice(0, 7)} of shop/carthub-frontend`);
    expect(writes(ran.calls)).toEqual([]);
  });
}
