import { type Properties, type Stacks, target } from './reachability.ts';

interface Statement {
  readonly Effect: 'Allow' | 'Deny';
  readonly Action: string | readonly string[];
  readonly Resource: unknown;
}

export interface Permission {
  /** The logical id of a role, with its stack. */
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

/** The permissions that our own policies give to roles, one per action and resource. */
export function permissionsOf(stacks: Stacks): Permission[] {
  const permissions: Permission[] = [];
  for (const [id, { Type, Properties = {} }] of stacks.resources) {
    if (Type !== 'AWS::IAM::Policy' && Type !== 'AWS::IAM::ManagedPolicy') continue;
    const [stackName = ''] = id.split('/');
    const { Statement } = Properties.PolicyDocument as { Statement: readonly Statement[] };
    for (const role of (Properties.Roles ?? []) as Properties[])
      for (const { Effect, Action, Resource } of Statement)
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
