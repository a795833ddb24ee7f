import { DescribeRegionsCommand } from '@aws-sdk/client-ec2';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { Failure, reasonOf } from '../../failure.ts';
import type { Step } from '../step.ts';

export const account: Step = {
  title: 'Account',
  isReadOnly: true,
  async run(context) {
    const { aws, options } = context;
    const identity = await aws.sts.send(new GetCallerIdentityCommand()).catch((error) => {
      throw new Failure(
        'AWS does not accept your credentials.',
        reasonOf(error),
        'Sign in (aws sso login or aws configure), name the profile with --profile, then run again.',
      );
    });
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
    context.account = identity.Account;
    context.log(`account ${identity.Account}, region ${options.region}, as ${identity.Arn}`);
  },
};
