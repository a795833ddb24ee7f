import { outputOf, stackOf, waitUntilSettled } from '../../aws/stacks.ts';
import { cdk } from '../../commands/cdk.ts';
import { lastLines } from '../../commands/run-command.ts';
import { type Context, required } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { deleteFailedCreation, isFailedCreation } from '../failed-creation.ts';
import type { Step } from '../step.ts';

const TOOLKIT = 'CDKToolkit';

async function versionOf(context: Context): Promise<number> {
  const status = await waitUntilSettled(context, TOOLKIT);
  if (!status || status.includes('ROLLBACK') || status.includes('FAILED')) return 0;
  return Number((await outputOf(context, TOOLKIT, 'BootstrapVersion')) ?? 0);
}

/** Creates the CDK's own bucket, repository and roles in the account. */
export const bootstrap: Step = {
  title: 'Bootstrap',
  isReadOnly: false,
  async run(context) {
    const { stacks, directory } = required(context.assembly, 'assembly');
    const needed = Math.max(...stacks.map(({ bootstrapVersion }) => bootstrapVersion));
    const version = await versionOf(context);
    if (version >= needed) {
      context.log(`${TOOLKIT} has version ${version}`);
      return;
    }
    context.log(
      version ? `${TOOLKIT} is too old (${version}, needs ${needed})` : `creating ${TOOLKIT}`,
    );
    // Its template retains the bucket of assets, whose name would make the next creation fail.
    const stack = await stackOf(context, TOOLKIT);
    if (stack && (await isFailedCreation(context, stack)))
      await deleteFailedCreation(context, stack);
    const target = `aws://${required(context.account, 'account')}/${context.options.region}`;
    // With the synthesized templates, so that the app does not run again.
    const outcome = await cdk(context, ['bootstrap', target, '--app', directory]);
    if (outcome.code !== 0)
      throw new Failure(
        'cdk bootstrap failed.',
        lastLines(outcome),
        'Fix the cause, then run again.',
      );
    context.log(`${TOOLKIT} is ready`);
  },
};
