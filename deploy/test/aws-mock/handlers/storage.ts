import { Refusal, textOf } from '../moto.ts';
import type { Account, Handlers, ResourceProperties } from './handler.ts';

const ECR = 'AmazonEC2ContainerRegistry_V20150921';
/** S3 keeps of a versioned bucket what a plain deletion hides. */
const VERSION = /<(?:Version|DeleteMarker)>.*?<\/(?:Version|DeleteMarker)>/gs;

/** The CDK's provider deletes versions and delete markers too (aws-cdk, auto-delete-objects-handler). */
async function emptyBucket({ moto }: Account, bucket: string): Promise<void> {
  const listed = await (await moto.send('s3', `/${bucket}?versions`)).text();
  for (const [version] of listed.matchAll(VERSION)) {
    const path = `/${bucket}/${textOf(version, 'Key')}?versionId=${textOf(version, 'VersionId')}`;
    const deleted = await moto.send('s3', path, { method: 'DELETE' });
    // Object Lock refuses (S3 User Guide, "Locking objects with Object Lock").
    if (!deleted.ok) throw new Refusal(textOf(await deleted.text(), 'Message') ?? 'Access Denied');
  }
}

interface Rule {
  readonly Filter?: object;
  readonly Priority?: number;
  readonly DeleteMarkerReplication?: object;
  readonly Destination: {
    readonly Bucket: string;
    readonly EncryptionConfiguration?: { readonly ReplicaKmsKeyID?: string };
  };
  readonly SourceSelectionCriteria?: { readonly SseKmsEncryptedObjects?: { Status?: string } };
}

const isVersioned = ({ VersioningConfiguration, ObjectLockEnabled }: ResourceProperties) =>
  // "When you enable Object Lock, versioning is enabled too" (S3 User Guide, "Locking objects with Object Lock").
  ObjectLockEnabled === true ||
  (VersioningConfiguration as { Status?: string } | undefined)?.Status === 'Enabled';

/**
 * What PutBucketReplication refuses: S3 User Guide, "Requirements and considerations for replication", and API
 * reference, "ReplicationRule"; wording of nozaq/terraform-aws-remote-state-s3-backend#107. A bucket of another region is
 * an ARN of which CloudFormation knows nothing, and S3 looks at it all the same.
 */
async function checkReplication({ moto }: Account, properties: ResourceProperties): Promise<void> {
  const configuration = properties.ReplicationConfiguration as { Rules: Rule[] } | undefined;
  if (!configuration) return;
  if (!isVersioned(properties))
    throw new Refusal(
      "Versioning must be 'Enabled' on the bucket to apply a replication configuration",
    );
  for (const rule of configuration.Rules) {
    if (rule.Filter && (rule.Priority === undefined || !rule.DeleteMarkerReplication))
      throw new Refusal('DeleteMarkerReplication and Priority must be specified with a Filter');
    const { Bucket, EncryptionConfiguration } = rule.Destination;
    const isKms = rule.SourceSelectionCriteria?.SseKmsEncryptedObjects?.Status === 'Enabled';
    if (isKms !== (EncryptionConfiguration?.ReplicaKmsKeyID !== undefined))
      throw new Refusal(
        'SseKmsEncryptedObjects and a ReplicaKmsKeyID must be specified together, or neither',
      );
    const found = await moto.send('s3', `/${Bucket.split(':').at(-1)}?versioning`);
    if (!found.ok) throw new Refusal('Destination bucket must exist.');
    if (textOf(await found.text(), 'Status') !== 'Enabled')
      throw new Refusal('Destination bucket must have versioning enabled.');
  }
}

/** Where a bucket is, what is in it and its replication. */
export const STORAGE: Handlers = {
  'AWS::S3::Bucket': {
    name: 'BucketName',
    async create(account, name, properties) {
      const { moto } = account;
      const { Tags, ObjectLockEnabled, ObjectLockConfiguration } = properties;
      // "You must enable S3 Versioning and Object Lock" (S3 User Guide, "Configuring S3 Object Lock"); text assumed.
      if (ObjectLockConfiguration && !isVersioned(properties))
        throw new Refusal('Versioning must be enabled for an Object Lock configuration');
      await checkReplication(account, properties);
      const bucket = name.toLowerCase();
      const body = `<CreateBucketConfiguration><LocationConstraint>${moto.region}</LocationConstraint></CreateBucketConfiguration>`;
      const headers = ObjectLockEnabled ? { 'x-amz-bucket-object-lock-enabled': 'true' } : {};
      const made = await moto.send('s3', `/${bucket}`, { method: 'PUT', body, headers });
      if (!made.ok) throw new Refusal(`${bucket} already exists`);
      if (isVersioned(properties))
        await moto.must('s3', `/${bucket}?versioning`, {
          method: 'PUT',
          body: '<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>',
        });
      const tags = ((Tags ?? []) as { Key: string; Value: string }[])
        .map(({ Key, Value }) => `<Tag><Key>${Key}</Key><Value>${Value}</Value></Tag>`)
        .filter((tag) => !tag.includes('<Key>aws-cdk:'))
        .join('');
      await moto.must('s3', `/${bucket}?tagging`, {
        method: 'PUT',
        body: `<Tagging><TagSet>${tags}</TagSet></Tagging>`,
      });
      return bucket;
    },
    // Versions and delete markers count too (S3 User Guide, "Deleting a bucket"); moto looks at current objects only.
    async delete({ moto }, bucket) {
      const listed = await (await moto.send('s3', `/${bucket}?versions`)).text();
      if (listed.search(VERSION) >= 0)
        throw new Refusal('The bucket you tried to delete is not empty');
      const deleted = await moto.send('s3', `/${bucket}`, { method: 'DELETE' });
      if (!deleted.ok) throw new Refusal(textOf(await deleted.text(), 'Message'));
    },
  },
  // The CDK's custom resource empties its bucket before CloudFormation deletes that.
  'Custom::S3AutoDeleteObjects': {
    name: 'none',
    create: async (_account, name) => name,
    delete: (account, _id, { properties }) => emptyBucket(account, String(properties.BucketName)),
  },
  'AWS::ECR::Repository': {
    name: 'RepositoryName',
    async create({ moto }, name, { Tags: tags = [] }) {
      const repositoryName = name.toLowerCase();
      await moto.json('ecr', `${ECR}.CreateRepository`, { repositoryName, tags });
      return repositoryName;
    },
    // Fails with images in it, unless EmptyOnDelete is true (AWS::ECR::Repository, "EmptyOnDelete").
    async delete({ moto }, repositoryName, { properties }) {
      const force = properties.EmptyOnDelete === true;
      await moto.json('ecr', `${ECR}.DeleteRepository`, { repositoryName, force });
    },
  },
  // CodeCommit deletes a repository with its content (CodeCommit User Guide, "Delete an AWS CodeCommit repository").
  'AWS::CodeCommit::Repository': {
    name: 'RepositoryName',
    async create({ moto }, repositoryName) {
      await moto.json('codecommit', 'CodeCommit_20150413.CreateRepository', { repositoryName });
      return repositoryName;
    },
    async delete({ moto }, repositoryName) {
      await moto.json('codecommit', 'CodeCommit_20150413.DeleteRepository', { repositoryName });
    },
  },
};
