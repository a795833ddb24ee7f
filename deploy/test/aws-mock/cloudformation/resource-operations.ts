import { setTimeout as sleep } from 'node:timers/promises';
import { changeOf } from '../handlers/replacements.ts';
import type { Resources } from '../resources.ts';
import { creationOrder, dependenciesOf } from './dependencies.ts';
import { record, release, type Stack, type StackResource } from './stack.ts';
import { evaluate, holds, type Scope, type Template } from './template.ts';

/** What an operation did to a stack's resources, for its rollback and its cleanup. */
export interface Progress {
  readonly created: StackResource[];
  readonly updated: { readonly resource: StackResource; readonly before: StackResource }[];
  /** The old ones of those that were replaced. */
  readonly replaced: StackResource[];
  /** Why the operation is rolled back. */
  failure: string | undefined;
}

type Properties = Readonly<Record<string, unknown>>;

/** CloudFormation's work on the resources of a stack. */
export class ResourceOperations {
  /**
   * Prefix of a logical id → reason: the next creation of it fails. `late:PREFIX` fails it when the resource exists
   * already, `update:PREFIX` an update and `delete:TYPE` a deletion.
   */
  readonly failing = new Map<string, string>();
  /** Time to create one resource. */
  paceMs = 3;
  readonly resources: Resources;
  readonly #stacks: ReadonlyMap<string, Stack>;
  #count = 0;

  constructor(resources: Resources, stacks: ReadonlyMap<string, Stack>) {
    this.resources = resources;
    this.#stacks = stacks;
  }

  /** Creates what is missing, and updates or replaces what has changed. */
  async apply(stack: Stack, template: Template): Promise<Progress> {
    const progress: Progress = { created: [], updated: [], replaced: [], failure: undefined };
    stack.imports.clear();
    for (const logical of creationOrder(template)) {
      const { Type: type = '', Condition, Properties = {} } = template.Resources[logical] ?? {};
      const scope = this.scope(stack, template);
      if (!holds(scope, Condition)) continue;
      const before = stack.resources.get(logical);
      try {
        const properties = evaluate(scope, Properties) as Properties;
        if (before) await this.#update(stack, before, properties, progress);
        else await this.#create(stack, { logical, type, properties }, progress);
      } catch (error) {
        const status = before ? 'UPDATE_FAILED' : 'CREATE_FAILED';
        const id = stack.resources.get(logical)?.id ?? '';
        record(stack, { logical, id, type }, status, messageOf(error));
        // What was in progress beside it (aws-samples/aws-refarch-wordpress#2).
        const other = { logical: 'Late', id: '', type: 'AWS::SNS::Topic' };
        record(stack, other, status, `Resource ${before ? 'update' : 'creation'} cancelled`);
        const verb = before ? 'update' : 'create';
        progress.failure = `The following resource(s) failed to ${verb}: [${logical}]. Rollback requested by user.`;
        return progress;
      }
    }
    return progress;
  }

  async #create(
    stack: Stack,
    { logical, type, properties }: { logical: string; type: string; properties: Properties },
    progress: Progress,
  ): Promise<void> {
    record(stack, { logical, id: '', type }, 'CREATE_IN_PROGRESS');
    this.#failIfAsked(logical);
    const generated = `${stack.name}-${logical}-${(++this.#count).toString(36)}`;
    const report = (reason: string) =>
      record(stack, { logical, id: generated, type }, 'CREATE_IN_PROGRESS', reason);
    const id = await this.resources.create(type, generated, properties, report);
    const created: StackResource = { logical, type, id, properties, status: 'CREATE_FAILED' };
    stack.resources.set(logical, created);
    progress.created.push(created);
    // The second event has the physical id (localstack's snapshots of AWS, test_stacks.snapshot.json).
    record(stack, created, 'CREATE_IN_PROGRESS', 'Resource creation Initiated');
    await sleep(this.paceMs);
    // It exists, did not become ready, and is deleted in the rollback as the others.
    this.#failIfAsked(logical, 'late:');
    created.status = 'CREATE_COMPLETE';
    record(stack, created, 'CREATE_COMPLETE');
  }

  async #update(
    stack: Stack,
    resource: StackResource,
    properties: Properties,
    progress: Progress,
  ): Promise<void> {
    const { logical, type, id } = resource;
    const change = changeOf(type, resource.properties, properties);
    if (change === 'none') return;
    record(stack, resource, 'UPDATE_IN_PROGRESS');
    this.#failIfAsked(logical, 'update:');
    if (change === 'replace') {
      stack.resources.delete(logical);
      progress.replaced.push(resource);
      await this.#create(stack, { logical, type, properties }, progress);
      return;
    }
    progress.updated.push({ resource, before: { ...resource } });
    this.resources.update(type, id, properties);
    resource.properties = properties;
    resource.status = 'UPDATE_COMPLETE';
    record(stack, resource, 'UPDATE_COMPLETE');
  }

  /** Takes updates and replacements back; what was created is deleted afterwards. */
  restore(stack: Stack, { updated, replaced }: Progress): void {
    for (const { resource, before } of updated) {
      record(stack, resource, 'UPDATE_IN_PROGRESS');
      Object.assign(resource, before);
      this.resources.update(resource.type, resource.id, before.properties);
      record(stack, resource, 'UPDATE_COMPLETE');
    }
    for (const resource of replaced) stack.resources.set(resource.logical, resource);
  }

  #failIfAsked(logical: string, kind = ''): void {
    const [asked] = [...this.failing].filter(([key]) => `${kind}${logical}`.startsWith(key));
    if (!asked) return;
    this.failing.delete(asked[0]);
    throw new Error(asked[1]);
  }

  /**
   * Deletes in reverse order, as the policies say; what a remaining resource needs stays too.
   *
   * `RetainExceptOnCreate` deletes only in the rollback of the operation that created the resource; a later deletion
   * of the stack retains it (AWS: "DeletionPolicy attribute"). So does one of a stack in ROLLBACK_FAILED.
   *
   * @returns the logical ids of those that failed
   */
  async delete(
    stack: Stack,
    template: Template,
    resources: readonly StackResource[],
    isRollback: boolean,
  ): Promise<readonly string[]> {
    const needs = dependenciesOf(template);
    const order = creationOrder(template);
    const kept = new Set<string>();
    const failed: string[] = [];
    const sorted = resources.toSorted(
      (a, b) => order.indexOf(b.logical) - order.indexOf(a.logical),
    );
    for (const resource of sorted) {
      const { logical } = resource;
      const policy = policyOf(template, resource);
      if (policy === 'Retain' || (policy === 'RetainExceptOnCreate' && !isRollback)) {
        release(stack, resource, 'DELETE_SKIPPED');
        continue;
      }
      const isNeeded = [...kept].some((other) => needs.get(other)?.includes(logical));
      if (isNeeded) {
        kept.add(logical);
        continue;
      }
      record(stack, resource, 'DELETE_IN_PROGRESS');
      const reason = await this.#deleteOne(stack, resource, policy === 'Snapshot');
      if (reason === undefined) release(stack, resource, 'DELETE_COMPLETE');
      else {
        kept.add(logical);
        failed.push(logical);
        resource.status = 'DELETE_FAILED';
        record(stack, resource, 'DELETE_FAILED', reason);
      }
    }
    await this.resources.writeLateLogs();
    return failed;
  }

  /** @returns why it failed */
  async #deleteOne(
    stack: Stack,
    { logical, type, id, properties }: StackResource,
    isSnapshot: boolean,
  ): Promise<string | undefined> {
    const failure = this.failing.get(`delete:${type}`);
    this.failing.delete(`delete:${type}`);
    const snapshot = `${stack.name}-snapshot-${logical}-${(++this.#count).toString(36)}`;
    try {
      if (failure) throw new Error(failure);
      await this.resources.delete(type, id, { properties, ...(isSnapshot && { snapshot }) });
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  scope(stack: Stack, template: Template): Scope {
    const exports = new Map<string, string>();
    for (const { outputs, status } of this.#stacks.values())
      if (status !== 'DELETE_COMPLETE')
        for (const [, value, name] of outputs) if (name) exports.set(name, value);
    const ids = new Map([...stack.resources].map(([logical, { id }]) => [logical, id]));
    const { name, parameters, imports } = stack;
    const { region } = this.resources.moto;
    const account = '123456789012';
    return { template, parameters, exports, imports, ids, account, region, stack: name };
  }
}

/** `Snapshot` is the default of a database outside of a cluster (AWS: "DeletionPolicy attribute"). */
function policyOf(template: Template, { logical, type }: StackResource): string {
  const policy = template.Resources[logical]?.DeletionPolicy;
  return policy ?? (type === 'AWS::RDS::DBInstance' ? 'Snapshot' : 'Delete');
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
