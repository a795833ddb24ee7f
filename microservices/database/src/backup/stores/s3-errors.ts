import { textOf } from '../../database/explain-error.ts';
import { BackupError } from '../backup-error.ts';

const RIGHTS =
  's3:ListBucket, s3:ListBucketMultipartUploads, s3:GetObject, s3:PutObject, ' +
  's3:AbortMultipartUpload and s3:DeleteObject, and for a KMS key kms:GenerateDataKey and kms:Decrypt';

const SENTENCES: Readonly<Record<string, (destination: string) => string>> = {
  NoSuchBucket: (destination) =>
    `There is no bucket of ${destination}: create it, or correct the destination.`,
  AccessDenied: (destination) => `Access to ${destination} is denied: this role needs ${RIGHTS}.`,
  InvalidAccessKeyId: () => 'The access key for S3 is not known: check the AWS credentials.',
  SignatureDoesNotMatch: () => 'The secret key for S3 is wrong: check the AWS credentials.',
  ExpiredToken: () => 'The AWS credentials have expired: log in again.',
  CredentialsProviderError: () =>
    'There are no AWS credentials: log in, or give this pod or machine a role.',
  PermanentRedirect: (destination) =>
    `The bucket of ${destination} is in another region: set AWS_REGION.`,
  NoSuchKey: (destination) => `The dump is missing in ${destination}: use another backup.`,
  NotFound: (destination) => `The dump is missing in ${destination}: use another backup.`,
  PreconditionFailed: (destination) =>
    `The dump in ${destination} was replaced while it was read: run the command again.`,
  EntityTooSmall: () => 'S3 refuses parts this small: raise --part-size.',
  'KMS.NotFoundException': () => 'The KMS key does not exist: check --kms-key and its region.',
};

/** Turns an error of S3 into a sentence with advice; a BackupError stays as it is. */
export function explainS3Error(error: unknown, destination: string): BackupError {
  if (error instanceof BackupError) return error;
  const name = textOf(error, 'name') ?? '';
  const code = textOf(error, 'Code') ?? textOf(error, 'code') ?? name;
  const message = error instanceof Error ? error.message : String(error);
  if (/Region is missing|Region not accepted/.test(message)) {
    return new BackupError('The region of the bucket is not known: set AWS_REGION.', {
      cause: error,
    });
  }
  if (/^Exceeded \d+ parts/.test(message)) {
    return new BackupError('The dump has more parts than S3 takes: raise --part-size.', {
      cause: error,
    });
  }
  const known = SENTENCES[name] ?? SENTENCES[code] ?? SENTENCES[statusName(error)];
  const sentence =
    known?.(destination) ?? `S3 fails for ${destination} (${code}): ${message || 'no answer'}`;
  return new BackupError(sentence, { cause: error });
}

/** A response without a body has only a status. */
function statusName(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  const metadata: unknown = Reflect.get(error, '$metadata');
  if (typeof metadata !== 'object' || metadata === null) return '';
  return Reflect.get(metadata, 'httpStatusCode') === 403 ? 'AccessDenied' : '';
}
