import { expect } from 'vitest';
import { CloudFormation } from '../../aws-mock/cloudformation/cloudformation.ts';
import type { Stack } from '../../aws-mock/cloudformation/stack.ts';
import { Moto } from '../../aws-mock/moto.ts';

export interface Parts {
  readonly Outputs?: object;
  readonly Parameters?: object;
}

/** The imitated CloudFormation without pace, and requests to it. */
export class Imitation {
  readonly moto = new Moto('http://127.0.0.1:9', 'us-west-2');
  readonly cloudFormation: CloudFormation;

  constructor() {
    this.cloudFormation = new CloudFormation(this.moto, async () => '');
    this.cloudFormation.operations.paceMs = 0;
  }

  call(action: string, form: Record<string, string> = {}): Promise<string> {
    const capable = { 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' };
    const request = new URLSearchParams({ ...capable, StackName: 'Shop', ...form });
    return this.cloudFormation.handle(action, request);
  }

  /** Creates or updates a stack. @returns its status at the end */
  async apply(
    action: 'CreateStack' | 'UpdateStack',
    Resources: object,
    { StackName = 'Shop', ...parts }: Parts & { StackName?: string } = {},
  ): Promise<string> {
    await this.call(action, { StackName, TemplateBody: JSON.stringify({ Resources, ...parts }) });
    return await this.settle(StackName);
  }

  async delete(StackName = 'Shop'): Promise<string> {
    await this.call('DeleteStack', { StackName });
    return await this.settle(StackName);
  }

  async settle(name = 'Shop'): Promise<string> {
    await expect.poll(() => this.stack(name).status, { interval: 1 }).not.toMatch(/_IN_PROGRESS$/);
    return this.stack(name).status;
  }

  stack(name = 'Shop'): Stack {
    const found = this.cloudFormation.stacks.get(name);
    if (!found) throw new Error(`no stack ${name}`);
    return found;
  }

  /** Reasons of failures and of the stack's own states, in order. */
  reasons(name = 'Shop'): readonly string[] {
    return this.stack(name)
      .events.filter(({ status, type }) => /FAILED|ROLLBACK/.test(status) || /Stack$/.test(type))
      .map(({ reason }) => reason)
      .filter((reason) => reason !== '' && reason !== 'User Initiated');
  }
}
