import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { creationOrder } from '../aws-mock/cloudformation/dependencies.ts';
import { readTemplate } from '../aws-mock/cloudformation/template.ts';
import { inventory } from '../aws-mock/inventory.ts';
import { expectFailure } from './expect-failure.ts';
import { synthesize, TestAccount } from './test-account.ts';

const PRODUCTION = ['--environment', 'production', '--yes'];
const DESTROY = [...PRODUCTION, '--destroy', '--confirm', 'production'];
const ATTRIBUTES = 'idle_timeout.timeout_seconds=60,deletion_protection.enabled=true';
/** In deployment order, with the status after a creation whose last resource failed. */
const STACKS = [
  { name: 'CarthubNetworkStack', status: 'ROLLBACK_COMPLETE' },
  // RDS refuses to delete the protected database.
  { name: 'CarthubDataStack', status: 'ROLLBACK_FAILED' },
  { name: 'CarthubClusterStack', status: 'ROLLBACK_COMPLETE' },
  { name: 'CarthubOperationsStack', status: 'ROLLBACK_COMPLETE' },
  // Cognito refuses to delete the protected user pool.
  { name: 'CarthubEdgeStack', status: 'ROLLBACK_FAILED' },
  { name: 'MicroservicesCicdStack', status: 'ROLLBACK_COMPLETE' },
] as const;

let account: TestAccount;
let assembly: string;

beforeAll(async () => {
  assembly = synthesize(
    'production',
    'hostName=shop.example.com',
    'alarmEmail=operator@example.com',
  );
  account = await TestAccount.start(assembly);
});
afterAll(async () => {
  await account[Symbol.asyncDispose]();
});

const stackOf = (name: string) => account.aws.cloudFormation.stacks.get(name);

/** Lets the resource fail that CloudFormation creates last, when all others exist. */
function failLast(name: string): void {
  const template = readTemplate(readFileSync(join(assembly, `${name}.template.json`), 'utf8'));
  const last = creationOrder(template).findLast(
    (logical) => template.Resources[logical]?.Type !== 'AWS::CDK::Metadata',
  );
  account.aws.cloudFormation.operations.failing.set(last ?? '', `${name} says no`);
}

/** Billable resources, except those of the CDK's bootstrap. */
async function billable(): Promise<readonly string[]> {
  const all = await inventory(account.aws.cloudFormation.resources);
  return all.filter((line) => !line.includes(' cdk-hnb659fds-'));
}

describe('a first deployment to production', () => {
  it('is repeated after a failure of the bootstrap, whose template retains its bucket', async () => {
    account.aws.cloudFormation.operations.failing.set('CdkBootstrapVersion', 'SSM says no');
    expectFailure(await account.run(PRODUCTION), 'cdk bootstrap failed.');
    expect(stackOf('CDKToolkit')?.status).toBe('ROLLBACK_COMPLETE');
    const kept = await inventory(account.aws.cloudFormation.resources);
    expect(kept.join()).toContain('bucket cdk-hnb659fds-assets-');
  });

  it.each(STACKS)('is repeated after a failure of $name', async ({ name, status }) => {
    failLast(name);
    const failed = await account.run(PRODUCTION);
    expectFailure(failed, `Stack ${name} failed.`);
    expect(failed.err).toContain(`${name} says no`);
    expect(stackOf(name)).toMatchObject({ status, isProtected: true });
    // Only a failed rollback leaves something, and the message names it.
    const isLeft = failed.err.includes('Until then it costs money');
    expect(isLeft).toBe(status === 'ROLLBACK_FAILED');
    if (name === 'CarthubDataStack')
      expect(failed.err).toContain('AWS::RDS::DBInstance carthub-db');
    // EKS wrote its log group again after the cluster's rollback, one stack before.
    if (name === 'CarthubOperationsStack')
      expect(failed.out).toContain('deleted log group /aws/eks/carthub-cluster/cluster');
  });

  it('succeeds at last, and is protected', async () => {
    const ran = await account.run(PRODUCTION);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain(
      'MicroservicesCicdStack: its creation failed (ROLLBACK_COMPLETE), so it never held data; deleting it first',
    );
    expect(ran.out).toContain('MicroservicesCicdStack: termination protection is lifted');
    for (const { name } of STACKS)
      expect(stackOf(name)).toMatchObject({ status: 'CREATE_COMPLETE', isProtected: true });
    const left = await billable();
    // No final snapshot of the database of the failed creation.
    expect(left.filter((line) => /^snapshot (?!rds:)/.test(line))).toEqual([]);
    expect(left.filter((line) => line.startsWith('user pool'))).toHaveLength(1);
    expect(left.filter((line) => line.startsWith('key'))).toHaveLength(4);
  });
});

describe('--destroy of production', () => {
  /** Each in another step or stack: a kill may come after the request that follows the line. */
  const KILLS = [
    /deletion protection of the load balancer of carthub-ingress is lifted/,
    /MicroservicesCicdStack: termination protection is lifted/,
    /CarthubClusterStack: deleting/,
    /deletion protection of the database carthub-db is lifted/,
    /CarthubNetworkStack: deleting/,
  ];

  it('is undone by a deployment if it was killed early', async () => {
    await account.aws.ingresses.create(ATTRIBUTES);
    const data = stackOf('CarthubDataStack');
    const cicd = stackOf('MicroservicesCicdStack');
    if (!data || !cicd) throw new Error('no stacks');
    cicd.isProtected = false;
    await account.aws.moto.query('rds', '2014-10-31', {
      Action: 'ModifyDBInstance',
      DBInstanceIdentifier: 'carthub-db',
      DeletionProtection: 'false',
    });
    const ran = await account.run(PRODUCTION);
    expect(ran.code, ran.err).toBe(0);
    expect(ran.out).toContain('MicroservicesCicdStack: termination protection is on again');
    expect(ran.out).toContain('deletion protection of the database carthub-db is on again');
    expect(cicd.isProtected).toBe(true);
  });

  it.each(KILLS)('goes on after kill -9 at %s', async (at) => {
    account.aws.cloudFormation.operations.paceMs = 40;
    const killed = await account.run(DESTROY, { end: { at, by: 'SIGKILL' } });
    expect(killed.code, killed.out + killed.err).toBeNull();
    account.aws.cloudFormation.operations.paceMs = 3;
  });

  it('ends, and leaves what it names', async () => {
    const ran = await account.run(DESTROY);
    expect(ran.code, ran.err).toBe(0);
    const exists = [...account.aws.cloudFormation.stacks.values()]
      .filter(({ status }) => status !== 'DELETE_COMPLETE')
      .map(({ name }) => name);
    expect(exists).toEqual(['CDKToolkit']);
    const left = await billable();
    expect(left.filter((line) => /^(database|cluster|load balancer) /.test(line))).toEqual([]);
    expect(left.filter((line) => /^snapshot (?!rds:)/.test(line))).toHaveLength(1);
    expect(ran.out).toContain('kept: automated backups of carthub-db');
    for (const line of left.filter((one) => !one.startsWith('snapshot rds:'))) {
      const [, name = ''] = /^(?:log group|user pool|[a-z]+) (.+)$/.exec(line) ?? [];
      expect(ran.out, line).toContain(name);
    }
  });

  it('has kept the names of what it retained, so a new deployment stops before it starts', async () => {
    const ran = await account.run(PRODUCTION);
    expectFailure(ran, 'Names of new resources are taken.');
    expect(ran.err).toContain('AWS::SecretsManager::Secret carthub/production/database/owner');
    expect(ran.err).toContain('aws s3 rb --force s3://carthub-production-backups-123456789012');
  });
});

describe('--destroy after a failed first creation', () => {
  it('leaves nothing of it', async () => {
    await account[Symbol.asyncDispose]();
    account = await TestAccount.start(assembly);
    failLast('CarthubEdgeStack');
    expectFailure(await account.run(PRODUCTION), 'Stack CarthubEdgeStack failed.');
    expect((await billable()).join()).toContain('user pool');
    const ran = await account.run(DESTROY);
    expect(ran.code, ran.err).toBe(0);
    expect((await billable()).filter((line) => line.startsWith('user pool'))).toEqual([]);
  });
});
