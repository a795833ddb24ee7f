import { isKnown } from '../handlers/types.ts';
import { type Moto, Refusal } from '../moto.ts';
import { readReferences } from './dependencies.ts';
import { evaluate, type Template } from './template.ts';

/** User Guide, "Understand CloudFormation quotas". */
const MAX_BODY_BYTES = 51_200;
const MAX_OBJECT_BYTES = 1_000_000;
const MAX_RESOURCES = 500;
const MAX_OUTPUTS = 200;
const MAX_PARAMETERS = 200;
/** User Guide, "DeletionPolicy attribute"; types with snapshots that our templates can have. */
const POLICIES = ['Delete', 'Retain', 'RetainExceptOnCreate', 'Snapshot'];
const HAS_SNAPSHOTS = /^AWS::(EC2::Volume|RDS::DB(Cluster|Instance)|ElastiCache::\w+)$/;

const list = (names: Iterable<string>): string => `[${[...names].join(', ')}]`;

/**
 * What CloudFormation refuses before it creates anything. Texts: serverless/serverless#4745 (unresolved),
 * serverless-application-model#646 (circular), JulieElkinsAWS/CFtemplates#1 (empty); of unknown types, policies and quotas assumed.
 *
 * @returns the ValidationError's message
 */
export function refusalOf(body: string, isInS3: boolean, template: Template): string | undefined {
  const limit = isInS3 ? MAX_OBJECT_BYTES : MAX_BODY_BYTES;
  if (Buffer.byteLength(body) > limit)
    return `Template may not exceed ${limit} bytes in size${isInS3 ? '' : "; use 'templateURL'"}`;
  const resources = Object.entries(template.Resources ?? {});
  if (resources.length === 0)
    return 'Template format error: At least one Resources member must be defined.';
  for (const [what, count, max] of [
    ['resources', resources.length, MAX_RESOURCES],
    ['outputs', Object.keys(template.Outputs ?? {}).length, MAX_OUTPUTS],
    ['parameters', Object.keys(template.Parameters ?? {}).length, MAX_PARAMETERS],
  ] as const)
    if (count > max)
      return `Template format error: Number of ${what}, ${count}, is greater than maximum allowed, ${max}`;
  const unknown = resources.map(([, { Type }]) => Type).filter((type) => !isKnown(type));
  if (unknown.length > 0)
    return `Template format error: Unrecognized resource types: ${list(new Set(unknown))}`;
  return wrongPolicy(template) ?? unresolved(template) ?? circular(template);
}

function wrongPolicy({ Resources }: Template): string | undefined {
  const wrong = Object.entries(Resources).find(
    ([, { Type, DeletionPolicy: policy = 'Delete' }]) =>
      !POLICIES.includes(policy) || (policy === 'Snapshot' && !HAS_SNAPSHOTS.test(Type)),
  );
  if (!wrong) return undefined;
  const [name, { Type, DeletionPolicy }] = wrong;
  return `Template format error: Resource ${name} of type ${Type} does not support deletion policy ${DeletionPolicy}`;
}

function unresolved(template: Template): string | undefined {
  const { Resources, Outputs = {}, Parameters = {} } = template;
  const known = new Set([...Object.keys(Resources), ...Object.keys(Parameters)]);
  const missing = (value: unknown) =>
    [...readReferences(value)].filter((name) => !known.has(name) && !name.startsWith('AWS::'));
  const inResources = Object.values(Resources).flatMap(({ Properties, DependsOn = [] }) => [
    ...missing(Properties),
    ...[DependsOn].flat().filter((name) => !(name in Resources)),
  ]);
  const inOutputs = Object.values(Outputs).flatMap(missing);
  const [where, names] =
    inResources.length > 0 ? ['Resources', inResources] : ['Outputs', inOutputs];
  if (names.length === 0) return undefined;
  return `Template format error: Unresolved resource dependencies ${list(new Set(names))} in the ${where} block of the template`;
}

function circular({ Resources }: Template): string | undefined {
  const needs = (name: string) => {
    const { Properties, DependsOn = [] } = Resources[name] ?? { Type: '' };
    return [...readReferences(Properties), ...[DependsOn].flat()].filter((n) => n in Resources);
  };
  // Takes away what needs nothing that remains; only circles are left, with what needs them.
  const left = new Set(Object.keys(Resources));
  for (let size = -1; size !== left.size; ) {
    size = left.size;
    for (const name of left) if (!needs(name).some((other) => left.has(other))) left.delete(name);
  }
  return left.size > 0 ? `Circular dependency between resources: ${list(left)}` : undefined;
}

/**
 * Texts: openedx-unsupported/configuration#1993, aws-samples/amazon-ec2-image-builder-samples#18 and
 * aws-samples/aws-cross-account-cicd-pipeline#40.
 */
export async function parameterRefusal(
  moto: Moto,
  template: Template,
  given: ReadonlyMap<string, string>,
): Promise<string | undefined> {
  const { Parameters = {} } = template;
  const strange = [...given.keys()].filter((name) => !(name in Parameters));
  if (strange.length > 0) return `Parameters: ${list(strange)} do not exist in the template`;
  const valueless = Object.entries(Parameters).filter(
    ([name, { Default }]) => Default === undefined && !given.has(name),
  );
  if (valueless.length > 0)
    return `Parameters: ${list(valueless.map(([name]) => name))} must have values`;
  const values = new Map(given);
  for (const [name, { Type = '', Default }] of Object.entries(Parameters)) {
    if (!Type.startsWith('AWS::SSM::Parameter::Value')) continue;
    const Name = given.get(name) ?? String(Default);
    const found = await moto
      .json('ssm', 'AmazonSSM.GetParameter', { Name })
      .catch((error: unknown) => {
        if (error instanceof Refusal) return undefined;
        throw error;
      });
    if (!found)
      return `Unable to fetch parameters [${Name}] from parameter store for this account.`;
    values.set(name, String((found.Parameter as { Value?: unknown }).Value));
  }
  return failedRule(template, values);
}

/** "If all the assertions in a rule evaluate to true" it passes (User Guide, "Rules"). Text: assumed. */
function failedRule(template: Template, parameters: ReadonlyMap<string, string>) {
  const [imports, ids, exports] = [new Set<string>(), new Map(), new Map()];
  const scope = { template, parameters, imports, ids, exports, account: '', region: '', stack: '' };
  for (const [name, { Assertions }] of Object.entries(template.Rules ?? {}))
    for (const { Assert, AssertDescription = '' } of Assertions)
      if (evaluate(scope, Assert) !== true) return `Rule ${name} failed: ${AssertDescription}`;
  return undefined;
}

/** @returns the capability that is missing (API_CreateStack, "Capabilities"; envato/stack_master#138) */
export function missingCapability(
  { Resources }: Template,
  given: readonly string[],
): string | undefined {
  const iam = Object.values(Resources).filter(({ Type }) => Type.startsWith('AWS::IAM::'));
  const isNamed = iam.some(({ Properties = {} }) =>
    ['RoleName', 'UserName', 'GroupName', 'ManagedPolicyName', 'InstanceProfileName'].some(
      (name) => name in Properties,
    ),
  );
  if (isNamed && !given.includes('CAPABILITY_NAMED_IAM')) return 'CAPABILITY_NAMED_IAM';
  const hasAny = given.some((each) => /^CAPABILITY_(NAMED_)?IAM$/.test(each));
  return iam.length > 0 && !hasAny ? 'CAPABILITY_IAM' : undefined;
}
