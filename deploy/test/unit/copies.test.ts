import { expect, it, vi } from 'vitest';
import { type Context, clientsFor } from '../../src/context.ts';
import { parseOptions } from '../../src/options.ts';
import { copiesElsewhere } from '../../src/steps/destroy/copies.ts';

/** As infrastructure_cdk writes it: test/stacks/backup-copy.test.ts. */
const copyingTo = (key: object | string) => ({
  Bucket: {
    Type: 'AWS::S3::Bucket',
    Properties: {
      ReplicationConfiguration: {
        Rules: [{ Destination: { EncryptionConfiguration: { ReplicaKmsKeyID: key } } }],
      },
    },
  },
});
const OWN = {
  'Fn::Join': [
    '',
    ['arn:aws:kms:us-east-1:', { Ref: 'AWS::AccountId' }, ':alias/carthub-production-backups-copy'],
  ],
};

/** @param deployed resources of the data stack, or its body if it is a text; undefined without a stack */
function context(deployed: object | string | undefined, planned: object = {}): Context {
  const options = parseOptions([], {});
  if (!options) throw new Error('no options');
  const aws = clientsFor(options);
  const TemplateBody =
    typeof deployed === 'string' ? deployed : JSON.stringify({ Resources: deployed });
  vi.spyOn(aws.cloudFormation, 'send').mockImplementation(
    async ({ constructor: { name } }: object) =>
      name === 'GetTemplateCommand'
        ? { TemplateBody }
        : { Stacks: deployed ? [{ StackStatus: 'CREATE_COMPLETE' }] : [] },
  );
  const stack = { name: 'CarthubDataStack', template: { Resources: planned } };
  return { aws, assembly: { directory: '', stacks: [stack] } } as unknown as Context;
}

it('names what the deployed stack copies, although the inputs of the destruction do not', async () => {
  const database = {
    Type: 'AWS::RDS::DBInstance',
    Properties: { AutomaticBackupReplicationRegion: 'us-east-2' },
  };
  expect(await copiesElsewhere(context({ ...copyingTo(OWN), database }))).toEqual([
    expect.stringMatching(
      /^copies of backups in us-east-1, in CarthubBackupCopyStack.*--region us-east-1 --stack-name CarthubBackupCopyStack$/,
    ),
    expect.stringContaining("copies of the database's automated backups in us-east-2"),
  ]);
});

it('names another account', async () => {
  const key = 'arn:aws:kms:us-east-1:222222222222:alias/carthub-production-backups-copy';
  expect(await copiesElsewhere(context(copyingTo(key)))).toEqual([
    expect.stringContaining('in us-east-1, account 222222222222'),
  ]);
});

it('names what the inputs plan once the stack is gone, and nothing twice', async () => {
  expect(await copiesElsewhere(context(undefined, copyingTo(OWN)))).toHaveLength(1);
  expect(await copiesElsewhere(context(copyingTo(OWN), copyingTo(OWN)))).toHaveLength(1);
});

it.each([undefined, {}, 'Resources: {}'])(
  'names nothing where nothing is copied: %j',
  async (deployed) => {
    expect(await copiesElsewhere(context(deployed))).toEqual([]);
  },
);
