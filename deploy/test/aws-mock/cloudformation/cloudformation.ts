import { ApiError } from '../errors.ts';
import type { Moto } from '../moto.ts';
import { Resources } from '../resources.ts';
import { pairs, parametersIn, valuesIn } from './request-form.ts';
import { type ChangeSet, newStack, type Stack, setStatus } from './stack.ts';
import { StackOperations } from './stack-operations.ts';
import {
  changeSetXml,
  escaped,
  eventXml,
  members,
  page,
  resourceXml,
  stackXml,
  tag,
} from './stack-xml.ts';
import { readTemplate } from './template.ts';
import { missingCapability, parameterRefusal, refusalOf } from './template-validation.ts';

const invalid = (message: string): ApiError => new ApiError('ValidationError', message);

/** "Only the first 100 resources will be returned" (API_DescribeStackResources). */
const MAX_DESCRIBED = 100;
/** From other statuses CloudFormation refuses an update (floci-io/floci#3097). */
const UPDATABLE =
  /^(CREATE_COMPLETE|UPDATE_COMPLETE|UPDATE_ROLLBACK_COMPLETE|IMPORT_COMPLETE|IMPORT_ROLLBACK_COMPLETE)$/;

/**
 * CloudFormation's API, with what it refuses. The source of each behavior is beside it; "assumed" is what no source
 * was found for. moto holds the resources that it supports.
 */
export class CloudFormation {
  readonly stacks = new Map<string, Stack>();
  readonly operations: StackOperations;
  readonly resources: Resources;
  readonly #region: string;
  readonly #load: (url: string) => Promise<string>;
  /** Client request token → what it was used for, and the answer. */
  readonly #tokens = new Map<string, { readonly use: string; readonly answer: string }>();
  #count = 0;

  constructor(moto: Moto, load: (url: string) => Promise<string>) {
    this.resources = new Resources(moto);
    this.operations = new StackOperations(this.resources, this.stacks);
    this.#region = moto.region;
    this.#load = load;
  }

  /** @returns the inner XML of the answer; @throws ApiError */
  async handle(action: string, form: URLSearchParams): Promise<string> {
    const name = form.get('StackName') ?? '';
    switch (action) {
      case 'DescribeStacks':
      case 'DescribeStackEvents':
      case 'ListStackResources':
      case 'DescribeStackResources':
      case 'GetTemplate':
        return this.#read(action, name, form);
      case 'CreateStack':
      case 'UpdateStack':
        return await this.#once(action, name, form, () => this.#change(action, name, form));
      case 'CreateChangeSet':
      case 'DescribeChangeSet':
      case 'ExecuteChangeSet':
      case 'DeleteChangeSet':
        return await this.#changeSet(action, name, form);
      case 'DeleteStack':
        return this.#delete(name, form);
      case 'UpdateTerminationProtection':
        return this.#protect(this.#find(name), form);
      default:
        throw invalid(`The mock does not know ${action}`);
    }
  }

  #read(action: string, name: string, form: URLSearchParams): string {
    const token = form.get('NextToken');
    if (action === 'DescribeStacks' && !name) {
      // "Deleted stacks: You must specify the unique stack ID" (API_DescribeStacks).
      const all = [...this.stacks.values()].filter(({ status }) => status !== 'DELETE_COMPLETE');
      return page('Stacks', all.map(stackXml), token);
    }
    // Of a deleted stack too, for 90 days (API_GetTemplate, API_ListStackResources).
    const stack = this.#find(name, true);
    if (action === 'DescribeStacks') return tag('Stacks', tag('member', stackXml(stack)));
    if (action === 'GetTemplate') return tag('TemplateBody', escaped(stack.body));
    if (action === 'DescribeStackEvents') {
      // "In reverse chronological order" (API_DescribeStackEvents).
      const events = stack.events.map((event, index) => eventXml(stack, event, index)).reverse();
      return page('StackEvents', events, token);
    }
    const resources = [...stack.former, ...stack.resources.values()].map(resourceXml);
    if (action === 'ListStackResources') return page('StackResourceSummaries', resources, token);
    return tag('StackResources', members(resources.slice(0, MAX_DESCRIBED)));
  }

  /** A deleted stack is found by its id only (API_DescribeStacks, "StackName"), and here until its name is reused. */
  #find(name: string, includeDeleted = false): Stack {
    const stack = this.stacks.get(nameIn(name));
    const isDeleted = stack?.status === 'DELETE_COMPLETE';
    const isFormer = name.startsWith('arn:') && name !== stack?.id;
    if (!stack || isFormer || (isDeleted && !(includeDeleted && name === stack.id)))
      throw invalid(`Stack with id ${name} does not exist`);
    return stack;
  }

  /** A repeated request with the same token gets the first one's answer (API_CreateStack, "ClientRequestToken"). */
  async #once(
    action: string,
    name: string,
    form: URLSearchParams,
    act: () => Promise<string>,
  ): Promise<string> {
    const token = form.get('ClientRequestToken');
    if (!token) return await act();
    const use = `${action} ${name}`;
    const before = this.#tokens.get(token);
    if (before && before.use !== use)
      throw new ApiError('TokenAlreadyExistsException', 'A client request token already exists.');
    const answer = before?.answer ?? (await act());
    this.#tokens.set(token, { use, answer });
    return answer;
  }

  async #change(action: string, name: string, form: URLSearchParams): Promise<string> {
    if (action === 'UpdateStack') {
      const stack = this.#updatable(name);
      const change = await this.#requested(form, stack);
      // Wording as the CDK expects it (aws-cdk, directDeployment).
      if (isSame(stack, change)) throw invalid('No updates are to be performed.');
      stack.token = form.get('ClientRequestToken') ?? '';
      void this.operations.update(stack, change);
      return tag('StackId', stack.id);
    }
    // Also in ROLLBACK_COMPLETE, and (assumed) in REVIEW_IN_PROGRESS (API_CreateStack, AlreadyExistsException).
    const before = this.stacks.get(name);
    if (before && before.status !== 'DELETE_COMPLETE')
      throw new ApiError('AlreadyExistsException', `Stack [${name}] already exists`);
    const stack = this.#add(name, await this.#requested(form));
    stack.isProtected = form.get('EnableTerminationProtection') === 'true';
    stack.token = form.get('ClientRequestToken') ?? '';
    void this.operations.create(stack);
    return tag('StackId', stack.id);
  }

  #add(name: string, change: ChangeSet): Stack {
    // API_CreateStack, "StackName".
    if (!/^[a-zA-Z][-a-zA-Z0-9]{0,127}$/.test(name))
      throw invalid(`Value '${name}' at 'stackName' failed to satisfy constraint`);
    const id = `arn:aws:cloudformation:${this.#region}:123456789012:stack/${name}/${++this.#count}`;
    const stack = newStack(name, id, change);
    this.stacks.set(name, stack);
    return stack;
  }

  #updatable(name: string): Stack {
    const stack = this.#find(name);
    if (!UPDATABLE.test(stack.status))
      throw invalid(`Stack:${stack.id} is in ${stack.status} state and can not be updated.`);
    return stack;
  }

  /** @throws ApiError for a template that CloudFormation refuses as a whole */
  async #requested(form: URLSearchParams, stack?: Stack): Promise<ChangeSet> {
    const url = form.get('TemplateURL');
    const isSame = form.get('UsePreviousTemplate') === 'true';
    const given = url ? await this.#load(url) : (form.get('TemplateBody') ?? '');
    const body = isSame && stack ? stack.body : given;
    const template = readTemplate(body);
    const parameters = parametersIn(form, template, stack);
    const refusal =
      refusalOf(body, url !== null, template) ??
      (await parameterRefusal(this.resources.moto, template, parameters));
    if (refusal) throw invalid(refusal);
    const capability = missingCapability(template, valuesIn(form, 'Capabilities.member.'));
    if (capability)
      throw new ApiError(
        'InsufficientCapabilitiesException',
        `Requires capabilities : [${capability}]`,
      );
    return { body, tags: pairs(form, 'Tags.member', 'Key', 'Value'), parameters };
  }

  /** A change set for a new stack leaves it in REVIEW_IN_PROGRESS, also when it is deleted (cloudposse/atmos#2997). */
  async #changeSet(action: string, name: string, form: URLSearchParams): Promise<string> {
    const changeSet = form.get('ChangeSetName') ?? '';
    if (action === 'CreateChangeSet') {
      const before = this.stacks.get(nameIn(name));
      const isNew = !before || before.status === 'DELETE_COMPLETE';
      const change = await this.#requested(form, before);
      // The default type, which needs a stack (API_CreateChangeSet, "ChangeSetType").
      if (isNew && form.get('ChangeSetType') !== 'CREATE')
        throw invalid(`Stack [${name}] does not exist`);
      if (form.get('ChangeSetType') === 'CREATE' && before && !isNew)
        if (before.status !== 'REVIEW_IN_PROGRESS')
          throw new ApiError('AlreadyExistsException', `Stack [${name}] already exists`);
      const isCreate = isNew || before.status === 'REVIEW_IN_PROGRESS';
      const stack = isNew ? this.#add(name, change) : isCreate ? before : this.#updatable(name);
      stack.changeSets.set(changeSet, change);
      return tag('StackId', stack.id) + tag('Id', changeSet);
    }
    const stack = this.#find(name, true);
    const change = stack.changeSets.get(changeSet);
    if (action === 'DeleteChangeSet') {
      stack.changeSets.delete(changeSet);
      return '';
    }
    if (!change) throw new ApiError('ChangeSetNotFound', `ChangeSet [${changeSet}] does not exist`);
    // Without changes it fails, and cannot be executed (getmoto/moto#4923).
    const isEmpty = stack.status !== 'REVIEW_IN_PROGRESS' && isSame(stack, change);
    if (action === 'DescribeChangeSet') return changeSetXml(stack, changeSet, isEmpty);
    if (isEmpty)
      throw new ApiError(
        'InvalidChangeSetStatus',
        `ChangeSet [${changeSet}] cannot be executed in its current status of [FAILED]`,
      );
    stack.changeSets.clear();
    if (stack.status === 'REVIEW_IN_PROGRESS')
      void this.operations.create(Object.assign(stack, change));
    else void this.operations.update(this.#updatable(stack.name), change);
    return '';
  }

  #delete(nameOrId: string, form: URLSearchParams): string {
    const stack = this.stacks.get(nameIn(nameOrId));
    // Deleting what does not exist succeeds (assumed: API_DeleteStack lists no such error).
    const isGone = !stack || (nameOrId !== stack.name && nameOrId !== stack.id);
    if (isGone || /^DELETE_(COMPLETE|IN_PROGRESS)$/.test(stack.status)) return '';
    // The status stays (CloudFormation User Guide, "Protect CloudFormation stacks from being deleted").
    if (stack.isProtected)
      throw invalid(`Stack [${nameOrId}] cannot be deleted while TerminationProtection is enabled`);
    // Stricter than CloudFormation, which can delete a stack during its creation.
    if (stack.status.endsWith('_IN_PROGRESS') && stack.status !== 'REVIEW_IN_PROGRESS')
      throw invalid(`Stack [${stack.id}] cannot be deleted while in status ${stack.status}`);
    const retained = valuesIn(form, 'RetainResources.');
    // Only "for stacks in the DELETE_FAILED state" (API_DeleteStack, "RetainResources").
    if (retained.length > 0 && stack.status !== 'DELETE_FAILED')
      throw invalid('Resources can be retained only in the DELETE_FAILED state.');
    // Text: rebuy-de/aws-nuke#270.
    if (retained.some((logical) => !stack.resources.has(logical)))
      throw invalid('The specified resources to retain must be in a valid state.');
    const used = this.#usedExport(stack);
    if (used) {
      // The request succeeds; an event with the former status has the reason (rlister/stax#40, aws-cft-tools#27).
      setStatus(stack, stack.status, used);
      return '';
    }
    stack.token = form.get('ClientRequestToken') ?? '';
    void this.operations.delete(stack, retained);
    return '';
  }

  #usedExport(stack: Stack): string | undefined {
    for (const [, , name] of stack.outputs)
      for (const other of this.stacks.values())
        if (name && other !== stack && other.imports.has(name))
          if (other.status !== 'DELETE_COMPLETE')
            return `Export ${name} cannot be deleted as it is in use by ${other.name}`;
    return undefined;
  }

  /** In any status but these two (User Guide, "Protect CloudFormation stacks from being deleted"). */
  #protect(stack: Stack, form: URLSearchParams): string {
    if (/^DELETE_(IN_PROGRESS|COMPLETE)$/.test(stack.status))
      throw invalid(`Termination protection cannot be changed in status ${stack.status}.`);
    stack.isProtected = form.get('EnableTerminationProtection') === 'true';
    return tag('StackId', stack.id);
  }
}

function isSame(stack: Stack, { body, parameters, tags }: ChangeSet): boolean {
  const state = (s: ChangeSet) => JSON.stringify([s.body, [...s.parameters], s.tags]);
  return state(stack) === state({ body, parameters, tags });
}

function nameIn(nameOrId: string): string {
  return nameOrId.startsWith('arn:') ? (nameOrId.split('/')[1] ?? '') : nameOrId;
}
