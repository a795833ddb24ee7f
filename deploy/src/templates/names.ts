import type { Template } from './assembly.ts';

export interface NamedResource {
  readonly type: string;
  readonly name: string;
}

/** Custom names of types whose resources survive their stack. */
const NAMES: Readonly<Record<string, string>> = {
  'AWS::Logs::LogGroup': 'LogGroupName',
  'AWS::SecretsManager::Secret': 'Name',
  'AWS::S3::Bucket': 'BucketName',
  'AWS::ECR::Repository': 'RepositoryName',
  'AWS::CodeCommit::Repository': 'RepositoryName',
};

export function nameOf(
  type: string,
  properties: Readonly<Record<string, unknown>>,
  account: string,
): string | undefined {
  return literal(properties[NAMES[type] ?? ''], account);
}

/** Resources with a name of their own: the template cannot be created where one exists. */
export function namedResources(template: Template, account: string): readonly NamedResource[] {
  return Object.values(template.Resources).flatMap(({ Type: type, Properties = {} }) => {
    const name = nameOf(type, Properties, account);
    return name ? [{ type, name }] : [];
  });
}

/** A string, or a join of strings and the account's id. */
function literal(value: unknown, account: string): string | undefined {
  if (typeof value === 'string') return value;
  if (!value || typeof value !== 'object') return undefined;
  if ('Ref' in value) return value.Ref === 'AWS::AccountId' ? account : undefined;
  if (!('Fn::Join' in value) || !Array.isArray(value['Fn::Join'])) return undefined;
  const [separator, parts] = value['Fn::Join'];
  const texts = Array.isArray(parts) ? parts.map((part) => literal(part, account)) : [];
  return texts.includes(undefined) ? undefined : texts.join(String(separator));
}
