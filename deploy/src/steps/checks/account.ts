import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import type { Context } from '../../context.ts';
import { Failure, reasonOf } from '../../failure.ts';
import type { Step } from '../step.ts';

/** A dry run shows plan and cost to somebody who has no account yet; a named profile must exist. */
function hasNone({ options }: Context, error: unknown): boolean {
  const { dryRun, destroy, profile } = options;
  const isAbsent = error instanceof Error && error.name === 'CredentialsProviderError';
  return dryRun && !destroy && profile === undefined && isAbsent;
}

export const account: Step = {
  title: 'Account',
  isReadOnly: true,
  async run(context) {
    const { aws, options } = context;
    const identity = await aws.sts.send(new GetCallerIdentityCommand()).catch((error) => {
      if (hasNone(context, error)) return undefined;
      throw new Failure(
        'AWS does not accept your credentials.',
        reasonOf(error),
        'Sign in (aws sso login or aws configure), name the profile with --profile, then run again.',
      );
    });
    if (!identity) {
      context.isOffline = true;
      context.unchecked.push('account: its id, its region and your permissions');
      context.log('no credentials: the plan is of the templates only');
      return;
    }
    const { Regions = [] } = await aws.ec2
      .send(new DescribeRegionsCommand({ AllRegions: true }))
      .catch((error) => {
        throw new Failure(
          "The account's regions cannot be read.",
          reasonOf(error),
          'Allow your identity ec2:DescribeRegions, then run again.',
        );
      });
    const region = Regions.find(({ RegionName }) => RegionName === options.region);
    if (!region || region.OptInStatus === 'not-opted-in')
      throw new Failure(
        `The account has no region ${options.region}.`,
        region ? 'It is not enabled.' : 'AWS does not list it.',
        'Enable it in the console under Account, or pass another --region.',
      );
    if (!identity.Account) throw new Error('AWS returned no account id.');
    const expected = context.env.CARTHUB_ACCOUNT;
    if (expected && expected !== identity.Account)
      throw new Failure(
        'Your credentials are of another account.',
        `They are of ${identity.Account}, and CARTHUB_ACCOUNT is ${expected}.`,
        'Choose the account with --profile, or unset CARTHUB_ACCOUNT, then run again. Nothing was changed.',
      );
    context.account = identity.Account;
    context.log(`account ${identity.Account}, region ${options.region}, as ${identity.Arn}`);
  },
};
