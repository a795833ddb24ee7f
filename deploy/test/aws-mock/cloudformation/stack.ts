/** A stack as CloudFormation keeps it. */
export interface Stack {
  readonly name: string;
  readonly id: string;
  status: string;
  statusReason: string;
  body: string;
  isProtected: boolean;
  tags: Record<string, string>;
  parameters: ReadonlyMap<string, string>;
  /** Logical id → the resource that exists. */
  readonly resources: Map<string, StackResource>;
  /** Resources that the stack no longer has, which ListStackResources lists for 90 days (API_ListStackResources). */
  readonly former: StackResource[];
  readonly events: StackEvent[];
  outputs: readonly Output[];
  /** Names of other stacks' exports that it uses. */
  readonly imports: Set<string>;
  readonly changeSets: Map<string, ChangeSet>;
  /** Client request token of the current operation; each of its events has it. */
  token: string;
}

export interface StackResource {
  readonly logical: string;
  readonly type: string;
  readonly id: string;
  properties: Readonly<Record<string, unknown>>;
  status: string;
}

export interface StackEvent {
  readonly logical: string;
  readonly physical: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly token: string;
  readonly at: Date;
}

/** Key, value, name of the export. */
export type Output = readonly [string, string, string | undefined];

/** What a change sets on a stack. */
export interface ChangeSet {
  readonly body: string;
  readonly parameters: ReadonlyMap<string, string>;
  readonly tags: Record<string, string>;
}

export function newStack(name: string, id: string, change: ChangeSet): Stack {
  return {
    name,
    id,
    ...change,
    status: 'REVIEW_IN_PROGRESS',
    statusReason: '',
    isProtected: false,
    resources: new Map(),
    former: [],
    events: [],
    outputs: [],
    imports: new Set(),
    changeSets: new Map(),
    token: '',
  };
}

/** Changes the stack's own status, with its event. */
export function setStatus(stack: Stack, status: string, reason = ''): void {
  stack.status = status;
  stack.statusReason = reason;
  const self = { logical: stack.name, id: stack.id, type: 'AWS::CloudFormation::Stack' };
  record(stack, self, status, reason);
}

export function record(
  stack: Stack,
  { logical, id, type }: Pick<StackResource, 'logical' | 'id' | 'type'>,
  status: string,
  reason = '',
): void {
  const { token } = stack;
  stack.events.push({ logical, physical: id, type, status, reason, token, at: new Date() });
}

/** The resource leaves the stack. */
export function release(stack: Stack, resource: StackResource, status: string): void {
  stack.resources.delete(resource.logical);
  stack.former.push({ ...resource, status });
  record(stack, resource, status);
}
