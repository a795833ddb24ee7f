import { outputOf, settled } from '../../aws/stacks.ts';
import { cdk } from '../../commands/cdk.ts';
import { lastLines } from '../../commands/run-command.ts';
import { type Context, known } from '../../context.ts';
import { Failure } from '../../failure.ts';
import type { Step } from '../step.ts';

const TOOLKIT = 'CDKToolkit';

async function versionOf(context: Context): Promise<number> {
  const status = await settled(context, TOOLKIT);
  if (!status || status.includes('ROLLBACK') || status.includes('FAILED')) return 0;
  return Number((await outputOf(context, TOOLKIT, 'BootstrapVersion')) ?? 0);
}

/** What the CDK needs in the account: a bucket, a repository and roles. */
export const bootstrap: Step = {
  title: 'Bootstrap',
  reads: false,
  async run(context) {
    const { stacks, directory } = known(context.assembly, 'assembly');
    const needed = Math.max(...stacks.map(({ bootstrapVersion }) => bootstrapVersion));
    const version = await versionOf(context);
    if (version >= needed) {
      context.say(`${TOOLKIT} is there, version ${version}`);
      return;
    }
    context.say(version ? `${TOOLKIT} is too old (${version} of ${needed})` : `making ${TOOLKIT}`);
    const place = `aws://${known(context.account, 'account')}/${context.options.region}`;
    // Of the templates that are there: the app is not run again.
    const outcome = await cdk(context, ['bootstrap', place, '--app', directory]);
    if (outcome.code !== 0)
      throw new Failure(
        'The bootstrap failed.',
        lastLines(outcome),
        `Mend what it says (delete stack ${TOOLKIT} if it is in ROLLBACK_FAILED), then run again.`,
      );
    context.say(`${TOOLKIT} is made`);
  },
};
