import type { Moto } from './resources.ts';
import { evaluate, holds, readTemplate, type Scope, type Template } from './template.ts';

interface StackEvent {
  readonly id: string;
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly at: Date;
}

interface CreatedResource {
  readonly type: string;
  readonly id: string;
}

interface Stack {
  readonly name: string;
  readonly id: string;
  status: string;
  body: string;
  isProtected: boolean;
  readonly tags: Record<string, string>;
  readonly parameters: ReadonlyMap<string, string>;
  readonly resources: Map<string, CreatedResource>;
  readonly events: StackEvent[];
  outputs: readonly (readonly [string, string, string | undefined])[];
}

export class ValidationError extends Error {}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
const tag = (name: string, inner: string): string => `<${name}>${inner}</${name}>`;
const members = (items: readonly string[]): string =>
  items.map((item) => tag('member', item)).join('');

/** A small CloudFormation: stacks, events, outputs, exports. moto holds the resources that it supports. */
export class CloudFormation {
  readonly stacks = new Map<string, Stack>();
  /** Prefix of a logical id → reason: the next creation of it fails. `delete:TYPE` fails a deletion. */
  readonly failing = new Map<string, string>();
  /** Time to create one resource. */
  paceMs = 3;
  readonly #moto: Moto;
  readonly #region: string;
  readonly #load: (url: string) => Promise<string>;
  #count = 0;

  constructor(moto: Moto, region: string, load: (url: string) => Promise<string>) {
    this.#moto = moto;
    this.#region = region;
    this.#load = load;
  }

  /** @returns the inner XML of the answer; @throws ValidationError */
  async handle(action: string, form: URLSearchParams): Promise<string> {
    const name = form.get('StackName') ?? '';
    switch (action) {
      case 'DescribeStacks': {
        if (!name) return tag('Stacks', members([...this.stacks.values()].map(described)));
        return tag('Stacks', tag('member', described(this.#find(name, true))));
      }
      case 'DescribeStackEvents': {
        const stack = this.#find(name, true);
        const events = [...stack.events]
          .reverse()
          .map((event, index) => eventXml(stack, event, index));
        return tag('StackEvents', members(events));
      }
      case 'DescribeStackResources':
      case 'ListStackResources':
        return '';
      case 'GetTemplate':
        return tag('TemplateBody', escaped(this.#find(name).body));
      case 'CreateChangeSet':
      case 'CreateStack':
      case 'UpdateStack':
        return await this.#change(action, name, form);
      case 'DescribeChangeSet':
        return `${tag('Status', 'CREATE_COMPLETE')}${tag('ExecutionStatus', 'AVAILABLE')}${tag('ChangeSetId', 'mock')}${tag('StackId', this.#find(name, true).id)}${tag('StackName', name)}<Changes><member><Type>Resource</Type></member></Changes>`;
      case 'ExecuteChangeSet': {
        const stack = this.#find(name);
        void this.#work(stack, stack.status === 'REVIEW_IN_PROGRESS' ? 'CREATE' : 'UPDATE');
        return '';
      }
      case 'DeleteChangeSet':
        return '';
      case 'DeleteStack': {
        const stack = this.stacks.get(nameIn(name));
        if (stack?.isProtected)
          throw new ValidationError(
            `Stack [${name}] cannot be deleted while TerminationProtection is enabled`,
          );
        if (stack) void this.#delete(stack);
        return '';
      }
      case 'UpdateTerminationProtection':
        this.#find(name).isProtected = form.get('EnableTerminationProtection') === 'true';
        return tag('StackId', this.#find(name).id);
      default:
        throw new ValidationError(`The mock does not know ${action}`);
    }
  }

  #find(name: string, includeDeleted = false): Stack {
    const stack = this.stacks.get(nameIn(name));
    const isDeleted = stack?.status === 'DELETE_COMPLETE';
    if (!stack || (isDeleted && !(includeDeleted && name.startsWith('arn:'))))
      throw new ValidationError(`Stack with id ${name} does not exist`);
    return stack;
  }

  async #change(action: string, name: string, form: URLSearchParams): Promise<string> {
    const url = form.get('TemplateURL');
    const body = url ? await this.#load(url) : (form.get('TemplateBody') ?? '');
    const before = this.stacks.get(name);
    const isNew = !before || before.status === 'DELETE_COMPLETE';
    if (before?.status === 'ROLLBACK_COMPLETE')
      throw new ValidationError(
        `Stack:${name} is in ROLLBACK_COMPLETE state and can not be updated.`,
      );
    const stack: Stack = {
      name,
      id: isNew
        ? `arn:aws:cloudformation:${this.#region}:123456789012:stack/${name}/${++this.#count}`
        : before.id,
      status: isNew ? 'REVIEW_IN_PROGRESS' : before.status,
      body,
      isProtected:
        form.get('EnableTerminationProtection') === 'true' || (before?.isProtected ?? false),
      tags: pairs(form, 'Tags.member', 'Key', 'Value'),
      parameters: new Map(
        Object.entries(pairs(form, 'Parameters.member', 'ParameterKey', 'ParameterValue')),
      ),
      resources: isNew ? new Map() : before.resources,
      events: isNew ? [] : before.events,
      outputs: isNew ? [] : before.outputs,
    };
    this.stacks.set(name, stack);
    if (action !== 'CreateChangeSet') void this.#work(stack, isNew ? 'CREATE' : 'UPDATE');
    return `${tag('StackId', stack.id)}${tag('Id', 'mock')}`;
  }

  #scope(stack: Stack, template: Template): Scope {
    const outputs = [...this.stacks.values()].flatMap((other) => other.outputs);
    const exports = new Map<string, string>();
    for (const [, value, name] of outputs) if (name) exports.set(name, value);
    const ids = new Map([...stack.resources].map(([logical, { id }]) => [logical, id]));
    const { name, parameters } = stack;
    const account = '123456789012';
    return { template, parameters, exports, ids, account, region: this.#region, stack: name };
  }

  async #work(stack: Stack, kind: 'CREATE' | 'UPDATE'): Promise<void> {
    const template = readTemplate(stack.body);
    event(stack, stack.name, 'AWS::CloudFormation::Stack', `${kind}_IN_PROGRESS`);
    stack.status = `${kind}_IN_PROGRESS`;
    for (const [logical, { Type, Condition, Properties }] of Object.entries(template.Resources)) {
      const scope = this.#scope(stack, template);
      if (stack.resources.has(logical) || !holds(scope, Condition)) continue;
      try {
        const failure = [...this.failing].find(([beginning]) => logical.startsWith(beginning));
        if (failure) {
          this.failing.delete(failure[0]);
          throw new Error(failure[1]);
        }
        const suggested = `${stack.name}-${logical}`;
        const properties = evaluate(scope, Properties ?? {}) as Record<string, unknown>;
        const id = (await this.#moto.create(Type, suggested, properties)) ?? suggested;
        stack.resources.set(logical, { type: Type, id });
        event(stack, logical, Type, 'CREATE_COMPLETE');
        await new Promise((resolve) => setTimeout(resolve, this.paceMs));
      } catch (error) {
        event(
          stack,
          logical,
          Type,
          'CREATE_FAILED',
          String(error instanceof Error ? error.message : error),
        );
        await this.#rollBack(stack);
        return;
      }
    }
    const scope = this.#scope(stack, template);
    stack.outputs = Object.entries(template.Outputs ?? {})
      .filter(([, { Condition }]) => holds(scope, Condition))
      .map(([key, { Value, Export }]) => [
        key,
        String(evaluate(scope, Value)),
        Export && String(evaluate(scope, Export.Name)),
      ]);
    this.#end(stack, `${kind}_COMPLETE`);
  }

  /** Rolls a failed creation back: deletes all its resources, whatever their DeletionPolicy. */
  async #rollBack(stack: Stack): Promise<void> {
    stack.status = 'ROLLBACK_IN_PROGRESS';
    event(stack, 'Late', 'AWS::SNS::Topic', 'CREATE_FAILED', 'Resource creation cancelled');
    for (const [logical, { type, id }] of [...stack.resources].reverse()) {
      await this.#moto.delete(type, id);
      stack.resources.delete(logical);
    }
    this.#end(stack, 'ROLLBACK_COMPLETE');
  }

  async #delete(stack: Stack): Promise<void> {
    const template = readTemplate(stack.body);
    stack.status = 'DELETE_IN_PROGRESS';
    for (const [logical, { type, id }] of [...stack.resources].reverse()) {
      const failure = this.failing.get(`delete:${type}`);
      if (failure) {
        this.failing.delete(`delete:${type}`);
        event(stack, logical, type, 'DELETE_FAILED', failure);
        this.#end(stack, 'DELETE_FAILED');
        return;
      }
      const policy = template.Resources[logical]?.DeletionPolicy ?? 'Delete';
      if (policy === 'Delete') await this.#moto.delete(type, id);
      stack.resources.delete(logical);
    }
    this.#end(stack, 'DELETE_COMPLETE');
  }

  #end(stack: Stack, status: string): void {
    event(stack, stack.name, 'AWS::CloudFormation::Stack', status);
    stack.status = status;
  }
}

function nameIn(nameOrId: string): string {
  return nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
}

function event(stack: Stack, id: string, type: string, status: string, reason = ''): void {
  stack.events.push({ id, type, status, reason, at: new Date() });
}

function pairs(form: URLSearchParams, list: string, key: string, value: string) {
  const found: Record<string, string> = {};
  for (let n = 1; form.has(`${list}.${n}.${key}`); n += 1)
    found[form.get(`${list}.${n}.${key}`) ?? ''] = form.get(`${list}.${n}.${value}`) ?? '';
  return found;
}

function described(stack: Stack): string {
  const outputs = stack.outputs.map(
    ([key, value]) => tag('OutputKey', key) + tag('OutputValue', escaped(value)),
  );
  const tags = Object.entries(stack.tags).map(
    ([key, value]) => tag('Key', key) + tag('Value', value),
  );
  const parameters = [...stack.parameters].map(
    ([key, value]) => tag('ParameterKey', key) + tag('ParameterValue', escaped(value)),
  );
  return [
    tag('StackName', stack.name),
    tag('StackId', stack.id),
    tag('CreationTime', '2026-01-01T00:00:00Z'),
    tag('StackStatus', stack.status),
    tag('EnableTerminationProtection', String(stack.isProtected)),
    tag('Outputs', members(outputs)),
    tag('Tags', members(tags)),
    tag('Parameters', members(parameters)),
  ].join('');
}

function eventXml(
  stack: Stack,
  { id, type, status, reason, at }: StackEvent,
  index: number,
): string {
  return [
    tag('StackId', stack.id),
    tag('StackName', stack.name),
    tag('EventId', `${stack.events.length - index}`),
    tag('LogicalResourceId', id),
    tag('PhysicalResourceId', id === stack.name ? stack.id : id),
    tag('ResourceType', type),
    tag('ResourceStatus', status),
    tag('ResourceStatusReason', escaped(reason)),
    tag('Timestamp', at.toISOString()),
  ].join('');
}
