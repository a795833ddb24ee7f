import { type Properties, type Stacks, target } from './reachability.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action?: string | readonly string[];
  readonly Resource?: unknown;
}

export interface Permission {
  /** The logical id of a role, with its stack; of the policy itself if it is attached to nobody yet. */
  readonly role: string;
  readonly action: string;
  readonly resource: string;
}

/** Ids without their hash, and joined ARNs as text. */
function readable(stacks: Stacks, stackName: string, value: unknown): string {
  const join = (value as { 'Fn::Join'?: [string, unknown[]] })['Fn::Join'];
  const text = join
    ? join[1].map((part) => readable(stacks, stackName, part)).join(join[0])
    : target(stacks, stackName, value);
  return text.replace(/[0-9A-F]{8}(?=$|[.:/*-])/g, '').replaceAll(`${stackName}/AWS::`, 'AWS::');
}

interface Grant {
  readonly to: readonly unknown[];
  readonly document: unknown;
}

/** Policies are resources, or written into the role (AWS::IAM::Role, "Policies"). */
function grantsOf(id: string, Type: string, properties: Properties): Grant[] {
  const self = { Ref: id };
  if (Type === 'AWS::IAM::Role')
    return ((properties.Policies ?? []) as Properties[]).map(({ PolicyDocument }) => ({
      to: [self],
      document: PolicyDocument,
    }));
  if (!/^AWS::IAM::(Managed|Role|User|Group)?Policy$/.test(Type)) return [];
  const roles = [properties.Roles ?? properties.RoleName ?? []].flat();
  return [{ to: roles.length > 0 ? roles : [self], document: properties.PolicyDocument }];
}

/**
 * The permissions that our own policies give to roles, one per action and resource.
 *
 * Wider than IAM: conditions and denials are not looked at (IAM User Guide, "Policy evaluation logic": a denial only takes
 * away). Not looked at either are AWS's own policies, which cdk-nag reports, and those of buckets, keys, topics and
 * secrets, which the tests of their stacks read.
 *
 * @throws Error for NotAction and NotResource, which allow what they do not name
 */
export function permissionsOf(stacks: Stacks): Permission[] {
  const permissions: Permission[] = [];
  for (const [id, { Type, Properties = {} }] of stacks.resources) {
    const [stackName = '', logical = ''] = id.split('/');
    for (const { to, document } of grantsOf(logical, Type, Properties))
      for (const role of to)
        for (const { Effect, Action, Resource } of statementsOf(id, document))
          for (const action of [Action].flat())
            for (const resource of [Resource].flat())
              if (Effect === 'Allow')
                permissions.push({
                  role: readable(stacks, stackName, role),
                  action: String(action),
                  resource: readable(stacks, stackName, resource),
                });
  }
  return permissions;
}

function statementsOf(id: string, document: unknown): readonly Statement[] {
  const { Statement } = document as { Statement: Statement | readonly Statement[] };
  const statements = [Statement].flat() as readonly Statement[];
  if (statements.some(({ Action, Resource }) => Action === undefined || Resource === undefined))
    throw new Error(`${id} has a statement without Action or Resource`);
  return statements;
}

/** "*" is any characters and "?" is one (IAM User Guide, "IAM JSON policy elements: Resource"). */
function matches(pattern: string, name: string, flags: string): boolean {
  const text = pattern.replace(/[.+^${}()|[\]\\]/g, '\\$&');
  const expression = text.replaceAll('*', '.*').replaceAll('?', '.');
  return new RegExp(`^${expression}$`, flags).test(name);
}

/** Roles that may do this. "The prefix and the action name are case insensitive" (IAM, "… elements: Action"). */
export function whoCan(
  permissions: readonly Permission[],
  action: string,
  resource: string,
): readonly string[] {
  const roles = permissions
    .filter((each) => matches(each.action, action, 'i') && matches(each.resource, resource, ''))
    .map(({ role }) => role);
  return [...new Set(roles)];
}
