/**
 * Copies of backups in another region or account, by S3 replication. The names on both sides are fixed, so that neither
 * stack refers to the other, which CloudFormation cannot do across regions.
 *
 * Sources: Amazon S3 User Guide, "Setting up permissions for live replication" and "Replicating encrypted objects".
 */
import { Aws } from 'aws-cdk-lib';
import {
  AccountPrincipal,
  Effect,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { IKey, Key } from 'aws-cdk-lib/aws-kms';
import { type Bucket, CfnBucket } from 'aws-cdk-lib/aws-s3';
import { acknowledgeWildcards } from '../../acknowledge-findings.ts';
import type { BackupCopyConfig } from '../../config/backup-copy.ts';
import type { CarthubConfig } from '../../config/config.ts';
import type { BackupBucket } from './backup-bucket.ts';

/** Names the rule in metrics. */
export const COPY_RULE = 'copy';

/** Copies outlive pruned backups by so long. */
const COPY_DAYS = 35;

export interface CopyTarget {
  readonly region: string;
  readonly account: string;
  readonly isOtherAccount: boolean;
  readonly namePrefix: string;
  readonly keyAlias: string;
  readonly expireAfterDays: number;
  /** Fixed, because the other account's policies name it. */
  readonly roleName: string;
}

export function copyTarget(config: CarthubConfig, copy: BackupCopyConfig): CopyTarget {
  const name = `carthub-${config.environmentName}-backups-copy`;
  return {
    region: copy.region,
    account: copy.account ?? Aws.ACCOUNT_ID,
    isOtherAccount: copy.account !== undefined,
    namePrefix: name,
    keyAlias: `alias/${name}`,
    // A lock that outlasts the expiry would only delay it.
    expireAfterDays: Math.max(COPY_DAYS, copy.lock?.days ?? 0),
    roleName: `${name}-${config.region}`,
  };
}

/** Copies everything under carthub/ as it arrives; deletions are not copied. */
export function replicate(backups: BackupBucket, sourceKey: IKey, target: CopyTarget): void {
  const arn = `arn:${Aws.PARTITION}:s3:::${target.namePrefix}-${target.account}`;
  const keys = `arn:${Aws.PARTITION}:kms:${target.region}:${target.account}`;
  const role = replicationRole(backups, sourceKey, { target, arn, keys });
  const resource = backups.bucket.node.defaultChild;
  if (!(resource instanceof CfnBucket)) throw new Error('The bucket has no resource.');
  resource.replicationConfiguration = {
    role: role.roleArn,
    rules: [
      {
        id: COPY_RULE,
        status: 'Enabled',
        priority: 1,
        filter: { prefix: 'carthub/' },
        deleteMarkerReplication: { status: 'Disabled' },
        sourceSelectionCriteria: { sseKmsEncryptedObjects: { status: 'Enabled' } },
        destination: {
          bucket: arn,
          ...(target.isOtherAccount && ownedBy(target.account)),
          // "Key ARN or Alias ARN" (CloudFormation, AWS::S3::Bucket EncryptionConfiguration).
          encryptionConfiguration: { replicaKmsKeyId: `${keys}:${target.keyAlias}` },
          metrics: { status: 'Enabled' },
        },
      },
    ],
  };
  const policy = role.node.tryFindChild('DefaultPolicy');
  if (policy) resource.node.addDependency(policy);
}

/**
 * The copies' account owns them. Only for another account: "Add the owner override option only when the source and
 * destination buckets are owned by different AWS accounts" (S3 User Guide, "Changing the replica owner").
 */
function ownedBy(account: string): Partial<CfnBucket.ReplicationDestinationProperty> {
  return { account, accessControlTranslation: { owner: 'Destination' } };
}

/** What the role does to copies, and what their bucket admits. */
function writesOf({ isOtherAccount }: CopyTarget): string[] {
  const owns = isOtherAccount ? ['s3:ObjectOwnerOverrideToBucketOwner'] : [];
  return ['s3:ReplicateObject', 's3:ReplicateTags', ...owns];
}

function replicationRole(
  backups: BackupBucket,
  sourceKey: IKey,
  { target, arn, keys }: { target: CopyTarget; arn: string; keys: string },
): Role {
  const role = new Role(backups, 'CopyRole', {
    roleName: target.roleName,
    description: 'Copies backups to another region',
    assumedBy: new ServicePrincipal('s3.amazonaws.com'),
  });
  const allow = (sid: string, actions: string[], resources: string[], conditions = {}) =>
    role.addToPrincipalPolicy(new PolicyStatement({ sid, actions, resources, conditions }));
  allow('ReadConfiguration', ['s3:GetReplicationConfiguration', 's3:ListBucket'], [backups.arn]);
  allow(
    'ReadVersions',
    ['s3:GetObjectVersionForReplication', 's3:GetObjectVersionAcl', 's3:GetObjectVersionTagging'],
    [`${backups.arn}/carthub/*`],
  );
  allow('WriteCopies', writesOf(target), [`${arn}/carthub/*`]);
  const via = (region: string) => ({ 'kms:ViaService': `s3.${region}.amazonaws.com` });
  allow('DecryptBackups', ['kms:Decrypt'], [sourceKey.keyArn], {
    StringEquals: via(role.stack.region),
  });
  // A key's policies cannot name an alias as their resource (KMS Developer Guide, "Use aliases to control access").
  allow('EncryptCopies', ['kms:Encrypt', 'kms:GenerateDataKey'], [`${keys}:key/*`], {
    StringEquals: via(target.region),
    'ForAnyValue:StringEquals': { 'kms:ResourceAliases': target.keyAlias },
  });
  acknowledgeWildcards(
    role,
    'Backups have names that nobody knows before they are made; the key is named by its alias.',
    ...wildcards(backups, target),
  );
  return role;
}

function wildcards(backups: BackupBucket, target: CopyTarget): string[] {
  const account = target.isOtherAccount ? target.account : '<AWS::AccountId>';
  return [
    `Resource::arn:<AWS::Partition>:s3:::${backups.namePattern}/carthub/*`,
    `Resource::arn:<AWS::Partition>:s3:::${target.namePrefix}-${account}/carthub/*`,
    `Resource::arn:<AWS::Partition>:kms:${target.region}:${account}:key/*`,
  ];
}

/**
 * In another account, bucket and key admit the shop's role. It is named by a condition: a principal that does not
 * exist yet is refused (IAM, "Principal"), and the role comes after the bucket.
 */
export function admitReplication({
  bucket,
  key,
  target,
  config,
}: {
  readonly bucket: Bucket;
  readonly key: Key;
  readonly target: CopyTarget;
  readonly config: CarthubConfig;
}): void {
  const account = config.account ?? Aws.ACCOUNT_ID;
  const role = `arn:${Aws.PARTITION}:iam::${account}:role/${target.roleName}`;
  const shared = {
    effect: Effect.ALLOW,
    principals: [new AccountPrincipal(account)],
    conditions: { ArnEquals: { 'aws:PrincipalArn': role } },
  };
  bucket.addToResourcePolicy(
    new PolicyStatement({
      ...shared,
      sid: 'AdmitCopies',
      actions: writesOf(target),
      resources: [bucket.arnForObjects('carthub/*')],
    }),
  );
  key.addToResourcePolicy(
    new PolicyStatement({
      ...shared,
      sid: 'EncryptCopies',
      actions: ['kms:Encrypt', 'kms:GenerateDataKey'],
      resources: ['*'],
    }),
  );
}
