import { type Moto, Refusal } from './moto.ts';
import type { Resources } from './resources.ts';

const SERVICES = ['database', 'backend', 'frontend'];

const all = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, found]) => found ?? '');

/** moto cannot list source repositories; it only finds them by name. */
async function sources(moto: Moto): Promise<string[]> {
  const found = await Promise.all(
    SERVICES.map(async (service) => {
      const target = 'CodeCommit_20150413.GetRepository';
      const body = { repositoryName: `carthub-${service}` };
      return await moto.json('codecommit', target, body).then(
        () => body.repositoryName,
        (error: unknown) => {
          if (error instanceof Refusal) return undefined;
          throw error;
        },
      );
    }),
  );
  return found.filter((name) => name !== undefined);
}

/** A key that waits for its deletion costs nothing. */
async function keys(moto: Moto): Promise<string[]> {
  const { Keys } = await moto.json('kms', 'TrentService.ListKeys', {});
  const ids = (Keys as { KeyId: string }[]).map(({ KeyId }) => KeyId);
  const described = await Promise.all(
    ids.map((KeyId) => moto.json('kms', 'TrentService.DescribeKey', { KeyId })),
  );
  return described
    .map(({ KeyMetadata }) => KeyMetadata as { KeyId: string; KeyState: string })
    .filter(({ KeyState }) => KeyState === 'Enabled')
    .map(({ KeyId }) => KeyId);
}

/** Types that cost something each hour or month, and that the imitation keeps itself. */
const BILLABLE: Readonly<Record<string, string>> = {
  'AWS::APS::Scraper': 'collector',
  'AWS::EC2::EIP': 'address',
  'AWS::EC2::NatGateway': 'NAT gateway',
  'AWS::WAFv2::WebACL': 'web ACL',
};

/** All resources that cost something, as `kind name`. */
export async function inventory(resources: Resources): Promise<readonly string[]> {
  const { moto } = resources;
  const json = async (service: string, target: string, name: RegExp, body = {}) =>
    all(JSON.stringify(await moto.json(service, target, body)), name);
  const query = async (service: string, version: string, Action: string, element: string) =>
    all(
      await moto.query(service, version, { Action }),
      new RegExp(`<${element}>([^<]+)</${element}>`, 'g'),
    );
  const ecr = 'AmazonEC2ContainerRegistry_V20150921.DescribeRepositories';
  const pools = 'AWSCognitoIdentityProviderService.ListUserPools';
  const clusters = await (await moto.send('eks', '/clusters')).text();
  const buckets = await (await moto.send('s3', '/')).text();
  const found: Readonly<Record<string, string[]>> = {
    bucket: all(buckets, /<Name>([^<]+)<\/Name>/g),
    cluster: (JSON.parse(clusters) as { clusters: string[] }).clusters,
    database: await query('rds', '2014-10-31', 'DescribeDBInstances', 'DBInstanceIdentifier'),
    images: await json('ecr', ecr, /"repositoryName": ?"([^"]+)"/g),
    key: await keys(moto),
    'load balancer': await query(
      'elasticloadbalancing',
      '2015-12-01',
      'DescribeLoadBalancers',
      'LoadBalancerArn',
    ),
    'log group': await json(
      'logs',
      'Logs_20140328.DescribeLogGroups',
      /"logGroupName": ?"([^"]+)"/g,
    ),
    secret: await json('secretsmanager', 'secretsmanager.ListSecrets', /"Name": ?"([^"]+)"/g),
    snapshot: await query('rds', '2014-10-31', 'DescribeDBSnapshots', 'DBSnapshotIdentifier'),
    source: await sources(moto),
    'user pool': await json('cognito-idp', pools, /"Name": ?"([^"]+)"/g, { MaxResults: 60 }),
  };
  const kept = Object.entries(BILLABLE).flatMap(([type, kind]) =>
    resources.all(type).map(({ id }) => `${kind} ${id}`),
  );
  const inMoto = Object.entries(found).flatMap(([kind, names]) =>
    names.map((name) => `${kind} ${name}`),
  );
  return [...inMoto, ...kept];
}
