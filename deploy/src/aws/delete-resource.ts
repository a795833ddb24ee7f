import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import { DeleteRepositoryCommand as DeleteSourceCommand } from '@aws-sdk/client-codecommit';
import {
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteRepositoryCommand } from '@aws-sdk/client-ecr';
import { ScheduleKeyDeletionCommand } from '@aws-sdk/client-kms';
import { DeleteDBInstanceCommand, DescribeDBInstancesCommand } from '@aws-sdk/client-rds';
import {
  DeleteBucketCommand,
  DeleteObjectsCommand,
  ListObjectVersionsCommand,
} from '@aws-sdk/client-s3';
import { DeleteSecretCommand } from '@aws-sdk/client-secrets-manager';
import type { Context } from '../context.ts';
import { until } from '../wait.ts';
import { liftDatabaseProtection } from './database-protection.ts';

export interface Deletion {
  readonly type: string;
  readonly id: string;
  /** Custom name in the template, for types whose physical id is not their name. */
  readonly name?: string;
  /** Deletes what is in a bucket too. */
  readonly isEmptied: boolean;
}

/** Without a snapshot or backups; only for a database that never held data. */
async function deleteDatabase(context: Context, { id }: Deletion): Promise<void> {
  const { rds } = context.aws;
  await liftDatabaseProtection(context, id);
  const find = () => rds.send(new DescribeDBInstancesCommand({ DBInstanceIdentifier: id }));
  const found = await find();
  if (found.DBInstances?.[0]?.DBInstanceStatus !== 'deleting')
    await rds.send(
      new DeleteDBInstanceCommand({
        DBInstanceIdentifier: id,
        SkipFinalSnapshot: true,
        DeleteAutomatedBackups: true,
      }),
    );
  const wait = {
    what: `The end of the database ${id}`,
    timeoutMs: 60 * 60_000,
    remedy: 'See it in the console under RDS, then run again.',
  };
  await until(context, wait, () => find().then(() => undefined, goneOrThrow));
}

/** An update resets what it does not name, and the deletion protection needs these (aws-nuke#477). */
async function deleteUserPool({ aws }: Context, { id: UserPoolId }: Deletion): Promise<void> {
  const { UserPool } = await aws.cognito.send(new DescribeUserPoolCommand({ UserPoolId }));
  const { AutoVerifiedAttributes, UserAttributeUpdateSettings } = UserPool ?? {};
  const kept = { AutoVerifiedAttributes, UserAttributeUpdateSettings };
  await aws.cognito.send(
    new UpdateUserPoolCommand({ ...kept, UserPoolId, DeletionProtection: 'INACTIVE' }),
  );
  await aws.cognito.send(new DeleteUserPoolCommand({ UserPoolId }));
}

async function deleteBucket({ aws }: Context, { id: Bucket, isEmptied }: Deletion): Promise<void> {
  for (;;) {
    const { Versions = [], DeleteMarkers = [] } = await aws.s3.send(
      new ListObjectVersionsCommand({ Bucket }),
    );
    const Objects = [...Versions, ...DeleteMarkers].map(({ Key, VersionId }) => ({
      Key,
      VersionId,
    }));
    if (Objects.length === 0 || !isEmptied) break;
    await aws.s3.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  }
  await aws.s3.send(new DeleteBucketCommand({ Bucket }));
}

type Deleter = (context: Context, deletion: Deletion) => Promise<unknown>;

/** In this order: the database needs its key and its secret until it is gone. */
const DELETERS: Readonly<Record<string, Deleter>> = {
  'AWS::RDS::DBInstance': deleteDatabase,
  'AWS::Cognito::UserPool': deleteUserPool,
  'AWS::S3::Bucket': deleteBucket,
  'AWS::SecretsManager::Secret': ({ aws }, { id }) =>
    aws.secrets.send(new DeleteSecretCommand({ SecretId: id, ForceDeleteWithoutRecovery: true })),
  'AWS::Logs::LogGroup': ({ aws }, { id }) =>
    aws.logs.send(new DeleteLogGroupCommand({ logGroupName: id })),
  'AWS::ECR::Repository': ({ aws }, { id }) =>
    aws.ecr.send(new DeleteRepositoryCommand({ repositoryName: id, force: true })),
  'AWS::CodeCommit::Repository': ({ aws }, { id, name }) =>
    aws.codeCommit.send(new DeleteSourceCommand({ repositoryName: name ?? id })),
  'AWS::KMS::Key': ({ aws }, { id }) => aws.kms.send(new ScheduleKeyDeletionCommand({ KeyId: id })),
};

const ORDER = Object.keys(DELETERS);

/** Those that can be deleted here, in the order in which they must be. */
export function inDeletionOrder(deletions: readonly Deletion[]): readonly Deletion[] {
  return deletions
    .filter(({ type }) => ORDER.includes(type))
    .sort((a, b) => ORDER.indexOf(a.type) - ORDER.indexOf(b.type));
}

/** Deletes a resource past CloudFormation. @returns false if it is gone already, or is a bucket in use */
export async function deleteResource(context: Context, deletion: Deletion): Promise<boolean> {
  try {
    await DELETERS[deletion.type]?.(context, deletion);
    return true;
  } catch (error) {
    goneOrThrow(error);
    return false;
  }
}

/** KMS answers KMSInvalidStateException for a key that waits for its deletion. */
const GONE = /NotFound|NoSuchBucket|DoesNotExist|KMSInvalidState|BucketNotEmpty/;

function goneOrThrow(error: unknown): true {
  if (error instanceof Error && GONE.test(error.name)) return true;
  throw error;
}
