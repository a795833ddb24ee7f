// The CDK's bootstrap and the templates of infrastructure_cdk's snapshots, in the imitated CloudFormation on moto, without
// the CDK's command line and the script.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, beforeEach, expect, it, vi } from 'vitest';
import { CloudFormation } from '../aws-mock/cloudformation/cloudformation.ts';
import { Moto } from '../aws-mock/moto.ts';

const ROOT = resolve(import.meta.dirname, '../../..');
const VENV = join(ROOT, '.carthub/deploy-venv/bin/moto_server');
const BOOTSTRAP = 'node_modules/aws-cdk/lib/api/bootstrap/bootstrap-template.yaml';
const TEMPLATES = join(ROOT, 'infrastructure_cdk/test/templates');
/** In deployment order, with the names that the exports begin with. */
const STACKS = [
  ['network', 'CarthubNetworkStack'],
  ['data', 'CarthubDataStack'],
  ['cluster', 'CarthubClusterStack'],
  ['operations', 'CarthubOperationsStack'],
  ['edge', 'CarthubEdgeStack'],
  ['cicd', 'MicroservicesCicdStack'],
] as const;

let server: ChildProcess;
let url: string;
let aws: CloudFormation;
let environment: string;

beforeAll(async () => {
  const port = 20_000 + Math.floor(Math.random() * 9_000);
  const program = existsSync(VENV) ? VENV : 'moto_server';
  server = spawn(program, ['-H', '127.0.0.1', '-p', String(port)], { stdio: 'ignore' });
  url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/moto-api/`).then(
      ({ ok }) => ok,
      () => false,
    );
  await vi.waitUntil(answers, { timeout: 60_000, interval: 200 });
}, 90_000);
afterAll(() => void server.kill());

beforeEach(async () => {
  await fetch(`${url}/moto-api/reset`, { method: 'POST' });
  const moto = new Moto(url, 'us-west-2');
  const template = (file: string) =>
    file.startsWith('/bootstrap')
      ? readFileSync(join(ROOT, 'infrastructure_cdk', BOOTSTRAP), 'utf8')
      : readFileSync(join(TEMPLATES, environment, file), 'utf8');
  aws = new CloudFormation(moto, async (file) => template(new URL(file).pathname));
  aws.operations.paceMs = 0;
  const toolkit = { TemplateURL: 'https://templates/bootstrap' };
  expect(await request('CreateStack', 'CDKToolkit', toolkit)).toEqual({
    status: 'CREATE_COMPLETE',
    failed: [],
  });
});

async function request(action: string, StackName: string, more: Record<string, string> = {}) {
  const capable = { 'Capabilities.member.1': 'CAPABILITY_NAMED_IAM' };
  await aws.handle(action, new URLSearchParams({ ...capable, StackName, ...more }));
  const stack = aws.stacks.get(StackName);
  await vi.waitUntil(() => !stack?.status.endsWith('_IN_PROGRESS'), { timeout: 60_000 });
  const failed = stack?.events.filter(({ status }) => status.endsWith('_FAILED')) ?? [];
  return { status: stack?.status, failed: failed.map(({ logical, reason }) => [logical, reason]) };
}

/** Names of log groups that services have created, which have no tags of ours. */
async function lateLogs(): Promise<string> {
  return JSON.stringify(
    await aws.resources.moto.json('logs', 'Logs_20140328.DescribeLogGroups', {}),
  );
}

it('finds names that exist, hidden versions of objects and the zone of a certificate', async () => {
  environment = 'development';
  const { moto } = aws.resources;
  const template = { TemplateURL: 'https://templates/network.json' };
  expect(await request('CreateStack', 'CarthubNetworkStack', template)).toMatchObject({
    failed: [],
  });
  const logGroupName = '/aws/rds/instance/carthub-db/postgresql';
  await moto.json('logs', 'Logs_20140328.CreateLogGroup', { logGroupName });
  const data = { TemplateURL: 'https://templates/data.json' };
  const refused = await request('CreateStack', 'CarthubDataStack', data);
  expect(refused.status).toBe('ROLLBACK_COMPLETE');
  expect(JSON.stringify(refused.failed)).toContain('already exists');
  await moto.json('logs', 'Logs_20140328.DeleteLogGroup', { logGroupName });
  await request('DeleteStack', 'CarthubDataStack');

  expect((await request('CreateStack', 'CarthubDataStack', data)).status).toBe('CREATE_COMPLETE');
  const object = '/carthub-development-backups-123456789012/carthub/a';
  await moto.send('s3', object, { method: 'PUT', body: 'a' });
  await moto.send('s3', object, { method: 'DELETE' });
  // The CDK's custom resource empties it.
  expect((await request('DeleteStack', 'CarthubDataStack')).status).toBe('DELETE_COMPLETE');

  const zone = await moto.send('route53', '/2013-04-01/hostedzone', {
    method: 'POST',
    body: '<CreateHostedZoneRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><Name>example.com</Name><CallerReference>drill</CallerReference></CreateHostedZoneRequest>',
  });
  const [, HostedZoneId] = /<Id>\/hostedzone\/(\w+)</.exec(await zone.text()) ?? [];
  const DomainName = 'shop.example.com';
  const Properties = {
    DomainName,
    ValidationMethod: 'DNS',
    DomainValidationOptions: [{ DomainName, HostedZoneId }],
  };
  const Resources = { C: { Type: 'AWS::CertificateManager::Certificate', Properties } };
  const TemplateBody = JSON.stringify({ Resources });
  expect(await request('CreateStack', 'Certificate', { TemplateBody })).toMatchObject({
    status: 'CREATE_COMPLETE',
  });
  expect((await request('DeleteStack', 'Certificate')).status).toBe('DELETE_COMPLETE');
  const records = await moto.send('route53', `/2013-04-01/hostedzone/${HostedZoneId}/rrset`);
  expect(await records.text()).toContain('_mock.shop.example.com.');
});

it.each(['development', 'staging', 'production'])('%s is created and deleted', async (name) => {
  environment = name;
  for (const [file, stack] of STACKS)
    expect(
      await request('CreateStack', stack, { TemplateURL: `https://templates/${file}.json` }),
      stack,
    ).toEqual({ status: 'CREATE_COMPLETE', failed: [] });
  for (const [, stack] of STACKS.toReversed()) {
    const { status, failed } = await request('DeleteStack', stack);
    if (stack === 'MicroservicesCicdStack') expect(await lateLogs()).toContain('/aws/lambda/');
    // RDS refuses to delete the protected database, whose protection the script lifts before.
    const isProtected = name === 'production' && stack === 'CarthubDataStack';
    expect(status, `${stack} ${failed}`).toBe(isProtected ? 'DELETE_FAILED' : 'DELETE_COMPLETE');
    if (isProtected) break;
  }
});
