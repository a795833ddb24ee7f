import { GetRepositoryCommand } from '@aws-sdk/client-codecommit';
import { DescribeRepositoriesCommand } from '@aws-sdk/client-ecr';
import { HeadBucketCommand } from '@aws-sdk/client-s3';
import { DescribeSecretCommand } from '@aws-sdk/client-secrets-manager';
import { creatorOf } from '../../aws/log-groups.ts';
import { stackOf } from '../../aws/stacks.ts';
import { type Context, required } from '../../context.ts';
import { Failure } from '../../failure.ts';
import { type NamedResource, namedResources } from '../../templates/names.ts';
import type { Step } from '../step.ts';

/** @returns undefined if the error says that the resource does not exist */
function absent(error: unknown): undefined {
  if (error instanceof Error && /NotFound|DoesNotExist/.test(error.name)) return undefined;
  throw error;
}

/** How each type is found, and how a person deletes it; undefined if the name is free. */
const LOOKUPS: Readonly<
  Record<string, (context: Context, name: string) => Promise<string | undefined>>
> = {
  'AWS::Logs::LogGroup': async (context, name) =>
    (await creatorOf(context, name)) === 'stack'
      ? `aws logs delete-log-group --log-group-name ${name}`
      : undefined,
  // A secret that waits for its deletion keeps its name for 7 to 30 days, and can be deleted at once
  // (Secrets Manager User Guide, "Delete an AWS Secrets Manager secret").
  'AWS::SecretsManager::Secret': ({ aws }, name) =>
    aws.secrets
      .send(new DescribeSecretCommand({ SecretId: name }))
      .then(({ DeletedDate }) => {
        const remedy = `aws secretsmanager delete-secret --force-delete-without-recovery --secret-id ${name}`;
        return DeletedDate ? `${remedy} (it waits for its deletion)` : remedy;
      })
      .catch(absent),
  'AWS::S3::Bucket': ({ aws }, name) =>
    aws.s3
      .send(new HeadBucketCommand({ Bucket: name }))
      .then(() => `aws s3 rb --force s3://${name} (old versions must be deleted before)`)
      .catch(absent),
  'AWS::ECR::Repository': ({ aws }, name) =>
    aws.ecr
      .send(new DescribeRepositoriesCommand({ repositoryNames: [name] }))
      .then(() => `aws ecr delete-repository --force --repository-name ${name}`)
      .catch(absent),
  'AWS::CodeCommit::Repository': ({ aws }, name) =>
    aws.codeCommit
      .send(new GetRepositoryCommand({ repositoryName: name }))
      .then(() => `aws codecommit delete-repository --repository-name ${name}`)
      .catch(absent),
};

async function problemOf(
  context: Context,
  { type, name }: NamedResource,
): Promise<string | undefined> {
  const remedy = await LOOKUPS[type]?.(context, name);
  return remedy && `${type} ${name} exists. To delete it: ${remedy}`;
}

/** What `--destroy` of production retains has names that a new production needs. */
export const names: Step = {
  title: 'Names',
  isReadOnly: true,
  needsAccountFor: "names: whether the new resources' are free",
  async run(context) {
    const problems: string[] = [];
    let count = 0;
    for (const { name, template } of required(context.assembly, 'assembly').stacks) {
      const stack = await stackOf(context, name);
      if (stack && stack.StackStatus !== 'REVIEW_IN_PROGRESS') continue;
      const resources = namedResources(template, required(context.account, 'account'));
      const found = await Promise.all(resources.map((resource) => problemOf(context, resource)));
      problems.push(...found.filter((problem) => problem !== undefined));
      count += resources.length;
    }
    if (problems.length > 0)
      throw new Failure(
        'Names of new resources are taken.',
        problems.join('\n'),
        'Copy what you still need from them, delete them, then run again. Nothing was changed.',
      );
    context.log(count > 0 ? `${count} names are free` : 'every stack exists');
  },
};
