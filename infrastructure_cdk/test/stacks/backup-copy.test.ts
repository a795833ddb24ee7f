import { Match, Template } from 'aws-cdk-lib/assertions';
import { expect, it } from 'vitest';
import type { BackupCopyConfig } from '../../lib/config/backup-copy.ts';
import { build } from '../support/synthesize.ts';

const SHOP = '111111111111';
const VAULT = '222222222222';

/** Synthesizes, and so runs cdk-nag on all stacks. */
function copied(backupCopy: BackupCopyConfig, more: { databaseCopyKey?: string } = {}) {
  const { app, data, operations } = build('production', { account: SHOP, backupCopy, ...more });
  const assembly = app.synth();
  const copy = assembly.getStackByName('CarthubBackupCopyStack');
  return {
    data: Template.fromStack(data),
    operations: Template.fromStack(operations),
    copy: Template.fromJSON(copy.template),
    stack: copy,
  };
}

it('copies backups to a bucket with its own key in the other region', () => {
  const { data, copy, stack } = copied({ region: 'us-east-1' });
  expect(stack.environment).toMatchObject({ account: SHOP, region: 'us-east-1' });
  data.hasResourceProperties('AWS::S3::Bucket', {
    ReplicationConfiguration: {
      Rules: [
        Match.objectLike({
          Status: 'Enabled',
          Filter: { Prefix: 'carthub/' },
          DeleteMarkerReplication: { Status: 'Disabled' },
          SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } },
          Destination: Match.objectLike({
            // Of buckets of one account S3 warns (S3 User Guide, "Changing the replica owner").
            Account: Match.absent(),
            AccessControlTranslation: Match.absent(),
            Bucket: join('arn:', { Ref: 'AWS::Partition' }, `:s3:::${BUCKET}-`, ACCOUNT),
            EncryptionConfiguration: {
              ReplicaKmsKeyID: join(
                'arn:',
                { Ref: 'AWS::Partition' },
                ':kms:us-east-1:',
                ACCOUNT,
                `:alias/${BUCKET}`,
              ),
            },
          }),
        }),
      ],
    },
  });
  copy.hasResourceProperties('AWS::KMS::Alias', { AliasName: `alias/${BUCKET}` });
  copy.hasResourceProperties('AWS::S3::Bucket', {
    BucketName: join(`${BUCKET}-`, ACCOUNT),
    VersioningConfiguration: { Status: 'Enabled' },
    ObjectLockConfiguration: Match.absent(),
    LifecycleConfiguration: {
      Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 35 })]),
    },
  });
});

it('admits only the role of the shop to a bucket and key of another account', () => {
  const { data, copy } = copied({ region: 'us-east-1', account: VAULT });
  const role = Object.values(data.findResources('AWS::IAM::Role')).find(({ Properties }) =>
    String(Properties.RoleName).startsWith(BUCKET),
  );
  data.hasResourceProperties('AWS::S3::Bucket', {
    ReplicationConfiguration: {
      Rules: [
        Match.objectLike({
          Destination: Match.objectLike({
            Account: VAULT,
            AccessControlTranslation: { Owner: 'Destination' },
          }),
        }),
      ],
    },
  });
  const arn = join(
    'arn:',
    { Ref: 'AWS::Partition' },
    `:iam::${SHOP}:role/${role?.Properties.RoleName}`,
  );
  const admitted = Match.objectLike({ Condition: { ArnEquals: { 'aws:PrincipalArn': arn } } });
  copy.hasResourceProperties('AWS::S3::BucketPolicy', {
    PolicyDocument: {
      Statement: Match.arrayWith([
        Match.objectLike({ Sid: 'AdmitCopies', Action: Match.arrayWith(['s3:ReplicateObject']) }),
      ]),
    },
  });
  copy.hasResourceProperties('AWS::KMS::Key', {
    KeyPolicy: { Statement: Match.arrayWith([admitted]) },
  });
});

it('reports copies that fail, which S3 does not try again', () => {
  const { data, operations } = copied({ region: 'us-east-1', account: VAULT });
  data.hasResourceProperties('AWS::S3::Bucket', {
    ReplicationConfiguration: {
      Rules: [
        Match.objectLike({
          Id: 'copy',
          Destination: Match.objectLike({ Metrics: { Status: 'Enabled' } }),
        }),
      ],
    },
  });
  operations.hasResourceProperties('AWS::CloudWatch::Alarm', {
    MetricName: 'OperationsFailedReplication',
    Namespace: 'AWS/S3',
    Dimensions: [
      { Name: 'DestinationBucket', Value: `${BUCKET}-${VAULT}` },
      { Name: 'RuleId', Value: 'copy' },
      { Name: 'SourceBucket', Value: join('carthub-production-backups-', ACCOUNT) },
    ],
    AlarmActions: [Match.anyValue()],
  });
});

it.each(['governance', 'compliance'] as const)('locks copies in %s mode', (mode) => {
  const { copy } = copied({ region: 'us-east-1', lock: { mode, days: 40 } });
  copy.hasResourceProperties('AWS::S3::Bucket', {
    ObjectLockEnabled: true,
    ObjectLockConfiguration: {
      Rule: { DefaultRetention: { Mode: mode.toUpperCase(), Days: 40 } },
    },
    LifecycleConfiguration: {
      Rules: Match.arrayWith([Match.objectLike({ ExpirationInDays: 40 })]),
    },
  });
});

it('lets RDS replicate its backups to the region of the key', () => {
  const databaseCopyKey = `arn:aws:kms:us-east-1:${SHOP}:key/0f1e`;
  const { data } = copied({ region: 'us-east-1' }, { databaseCopyKey });
  data.hasResourceProperties('AWS::RDS::DBInstance', {
    AutomaticBackupReplicationRegion: 'us-east-1',
    AutomaticBackupReplicationKmsKeyId: databaseCopyKey,
    AutomaticBackupReplicationRetentionPeriod: 14,
  });
});

const BUCKET = 'carthub-production-backups-copy';
const ACCOUNT = { Ref: 'AWS::AccountId' };

function join(...parts: unknown[]) {
  return { 'Fn::Join': ['', parts] };
}
