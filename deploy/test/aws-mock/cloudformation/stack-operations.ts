import type { Resources } from '../resources.ts';
import { type Progress, ResourceOperations } from './resource-operations.ts';
import { type ChangeSet, type Output, release, type Stack, setStatus } from './stack.ts';
import { evaluate, holds, readTemplate, type Template } from './template.ts';

/** CloudFormation's work on stacks after it has accepted a request. States: User Guide, "Stack status codes". */
export class StackOperations {
  readonly #work: ResourceOperations;
  readonly #stacks: ReadonlyMap<string, Stack>;

  constructor(resources: Resources, stacks: ReadonlyMap<string, Stack>) {
    this.#work = new ResourceOperations(resources, stacks);
    this.#stacks = stacks;
  }

  get failing(): Map<string, string> {
    return this.#work.failing;
  }

  set paceMs(paceMs: number) {
    this.#work.paceMs = paceMs;
  }

  async create(stack: Stack): Promise<void> {
    const template = readTemplate(stack.body);
    setStatus(stack, 'CREATE_IN_PROGRESS', 'User Initiated');
    const progress = await this.#work.apply(stack, template);
    const failure = progress.failure ?? this.#setOutputs(stack, template);
    if (failure === undefined) {
      setStatus(stack, 'CREATE_COMPLETE');
      return;
    }
    setStatus(stack, 'ROLLBACK_IN_PROGRESS', failure);
    const remaining = await this.#work.delete(stack, template, [...stack.resources.values()], true);
    stack.imports.clear();
    if (remaining.length === 0) setStatus(stack, 'ROLLBACK_COMPLETE');
    else setStatus(stack, 'ROLLBACK_FAILED', failedToDelete(remaining));
  }

  /** A failed update goes back to the former template and deletes only what it has created. */
  async update(stack: Stack, change: ChangeSet): Promise<void> {
    const { body, parameters, tags } = stack;
    const imports = [...stack.imports];
    const template = readTemplate(change.body);
    setStatus(stack, 'UPDATE_IN_PROGRESS', 'User Initiated');
    Object.assign(stack, change);
    const progress = await this.#work.apply(stack, template);
    const failure = progress.failure ?? this.#setOutputs(stack, template);
    if (failure !== undefined) {
      setStatus(stack, 'UPDATE_ROLLBACK_IN_PROGRESS', failure);
      Object.assign(stack, { body, parameters, tags });
      for (const name of imports) stack.imports.add(name);
      await this.#rollBack(stack, template, progress);
      return;
    }
    setStatus(stack, 'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS');
    const removed = [...stack.resources.values()].filter(
      ({ logical }) => !template.Resources[logical],
    );
    const former = readTemplate(body);
    const failed = [
      ...(await this.#cleanUp(stack, former, removed)),
      ...(await this.#cleanUp(stack, former, progress.replaced)),
    ];
    // After three attempts the resource is no longer the stack's (troubleshooting guide, "Resource removed from stack but
    // not deleted"; cloudformation-coverage-roadmap#744).
    const reason = 'Update successful. One or more resources could not be deleted.';
    setStatus(stack, 'UPDATE_COMPLETE', failed.length > 0 ? reason : '');
  }

  async #rollBack(stack: Stack, template: Template, progress: Progress): Promise<void> {
    const { created } = progress;
    for (const { logical } of created) stack.resources.delete(logical);
    this.#work.restore(stack, progress);
    // "Ongoing removal of new resources" (User Guide, "Stack status codes").
    setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS');
    await this.#cleanUp(stack, template, created, true);
    setStatus(stack, 'UPDATE_ROLLBACK_COMPLETE');
  }

  /** What cannot be deleted leaves the stack all the same. @returns its logical ids */
  async #cleanUp(
    stack: Stack,
    template: Template,
    resources: Parameters<ResourceOperations['delete']>[2],
    isRollback = false,
  ): Promise<readonly string[]> {
    const current = new Map(stack.resources);
    const failed = await this.#work.delete(stack, template, resources, isRollback);
    // A replaced resource has the logical id of the new one, which stays.
    for (const [logical, resource] of current)
      if (!resources.includes(resource)) stack.resources.set(logical, resource);
      else stack.resources.delete(logical);
    return failed;
  }

  /** @param retained logical ids of the request's RetainResources */
  async delete(stack: Stack, retained: readonly string[]): Promise<void> {
    setStatus(stack, 'DELETE_IN_PROGRESS', 'User Initiated');
    for (const logical of retained) {
      const resource = stack.resources.get(logical);
      if (resource) release(stack, resource, 'DELETE_SKIPPED');
    }
    const template = readTemplate(stack.body);
    const all = [...stack.resources.values()];
    const remaining = await this.#work.delete(stack, template, all, false);
    if (remaining.length === 0) setStatus(stack, 'DELETE_COMPLETE');
    else setStatus(stack, 'DELETE_FAILED', failedToDelete(remaining));
  }

  /** @returns why the outputs are refused */
  #setOutputs(stack: Stack, template: Template): string | undefined {
    try {
      const outputs = this.#outputs(stack, template);
      const refusal = this.#exportRefusal(stack, outputs);
      if (refusal === undefined) stack.outputs = outputs;
      return refusal;
    } catch (error) {
      return String(error);
    }
  }

  #outputs(stack: Stack, template: Template): readonly Output[] {
    const scope = this.#work.scope(stack, template);
    return Object.entries(template.Outputs ?? {})
      .filter(([, { Condition }]) => holds(scope, Condition))
      .map(([key, { Value, Export }]) => [
        key,
        String(evaluate(scope, Value)),
        Export && String(evaluate(scope, Export.Name)),
      ]);
  }

  /**
   * "Export names must be unique within a Region", and one in use can be neither changed nor removed (User Guide,
   * "Get exported outputs"). Texts: aws-waf-security-automations#268, linz/geostore#630.
   */
  #exportRefusal(stack: Stack, outputs: readonly Output[]): string | undefined {
    const others = [...this.#stacks.values()].filter(
      (other) => other !== stack && other.status !== 'DELETE_COMPLETE',
    );
    const after = new Map(outputs.map(([, value, name]) => [name, value]));
    for (const other of others)
      for (const [, , name] of other.outputs)
        if (name !== undefined && after.has(name))
          return `Export with name ${name} is already exported by stack ${other.name}`;
    for (const [, value, name] of stack.outputs) {
      if (name === undefined || after.get(name) === value) continue;
      const user = others.find(({ imports }) => imports.has(name));
      if (user) return `Export ${name} cannot be updated as it is in use by ${user.name}`;
    }
    return undefined;
  }
}

const failedToDelete = (logical: readonly string[]): string =>
  `The following resource(s) failed to delete: [${logical.join(', ')}]. `;
