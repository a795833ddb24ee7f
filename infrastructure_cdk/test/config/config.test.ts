import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/config.ts';
import type { RawInputs } from '../../lib/config/inputs.ts';

function problemsOf(inputs: RawInputs) {
  const parsed = parseConfig(inputs);
  return parsed.ok ? [] : parsed.problems;
}

/** By production. */
const NEEDED = { alarmEmail: 'operator@example.com', hostName: 'shop.example.com' };

function configOf(inputs: RawInputs) {
  const parsed = parseConfig(inputs);
  return parsed.ok ? parsed.config : undefined;
}

describe('valid inputs', () => {
  it('default to a small development in us-west-2, in any account', () => {
    expect(configOf({})).toEqual({
      environmentName: 'development',
      region: 'us-west-2',
      availabilityZones: ['us-west-2a', 'us-west-2b', 'us-west-2c'],
      natGateways: 1,
      interfaceEndpoints: false,
      compute: 'auto',
      kubernetesVersion: '1.36',
      clusterEndpoint: { networks: [] },
      databaseClass: 't4g.micro',
      imageScanning: 'basic',
      monitoring: false,
      monthlyBudgetUsd: 310,
    });
  });

  it('make production larger', () => {
    expect(configOf({ environment: 'production', ...NEEDED })).toMatchObject({
      natGateways: 3,
      databaseClass: 'r6g.large',
      monthlyBudgetUsd: 900,
    });
  });

  it('make staging as disposable as development, with a database for more pods', () => {
    expect(configOf({ environment: 'staging' })).toMatchObject({
      natGateways: 1,
      databaseClass: 't4g.medium',
    });
  });

  it('may set every option', () => {
    const connection = 'arn:aws:codeconnections:eu-west-1:012345678901:connection/x';
    expect(
      configOf({
        environment: 'production',
        region: 'eu-west-1',
        account: '012345678901',
        zones: 'c,a,b',
        natGateways: '2',
        interfaceEndpoints: 'yes',
        compute: 'spot',
        kubernetesVersion: '1.35',
        clusterEndpoint: '192.0.2.0/24,198.51.100.7/32',
        databaseClass: 'r7g.large',
        githubOwner: 'shop',
        githubConnection: connection,
        hostName: 'shop.example.com',
        certificateArn: 'arn:aws:acm:eu-west-1:012345678901:certificate/x',
        imageScanning: 'enhanced',
        monitoring: 'yes',
        alarmEmail: 'operator@example.com',
        monthlyBudget: '1000',
      }),
    ).toEqual({
      environmentName: 'production',
      region: 'eu-west-1',
      account: '012345678901',
      availabilityZones: ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'],
      natGateways: 2,
      interfaceEndpoints: true,
      compute: 'spot',
      kubernetesVersion: '1.35',
      clusterEndpoint: { networks: ['192.0.2.0/24', '198.51.100.7/32'] },
      databaseClass: 'r7g.large',
      github: { owner: 'shop', connectionArn: connection },
      hostName: 'shop.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:012345678901:certificate/x',
      imageScanning: 'enhanced',
      monitoring: true,
      alarmEmail: 'operator@example.com',
      monthlyBudgetUsd: 1000,
    });
  });
});

describe('valid names', () => {
  it.each([
    ['hostName', 'shop.xn--p1ai'],
    ['hostName', 'a-b.c1.example'],
    ['hostName', `${'a'.repeat(63)}.example.com`],
    ['region', 'ap-southeast-2'],
    ['clusterEndpoint', '0.0.0.0/0'],
    ['clusterEndpoint', '9.0.0.0/8,11.0.0.0/8,172.32.0.0/12,203.0.113.7/32'],
  ])('%s = %s', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([]);
  });

  it("are those of networks of which the cluster's public endpoint can see an address", () => {
    const isOf = (first: number) => `${first}.0.0.0/8`;
    const accepted = Array.from({ length: 256 }, (_, first) => first).filter(
      (first) => problemsOf({ clusterEndpoint: isOf(first) }).length === 0,
    );
    const refused = [0, 10, 127];
    const all = Array.from({ length: 224 }, (_, first) => first);
    expect(accepted).toEqual(all.filter((first) => !refused.includes(first)));
  });
});

describe('invalid inputs', () => {
  it.each([
    ['environment', 'test'],
    ['environment', ''],
    ['environment', 7],
    ['region', 'us-west'],
    ['region', 'US-WEST-2'],
    ['account', '12345'],
    // A JSON number loses the leading zero an account id may have.
    ['account', 123456789012],
    ['zones', 'a,b'],
    ['zones', 'a,b,b'],
    ['zones', 'us-west-2a,b,c'],
    ['natGateways', '4'],
    ['natGateways', '-1'],
    ['interfaceEndpoints', 'true'],
    ['compute', 'fargate'],
    ['kubernetesVersion', '1.9'],
    ['region', 'xx-nowhere-9'],
    ['region', 'cn-north-1'],
    ['region', 'us-gov-west-1'],
    ['clusterEndpoint', 'open'],
    ['clusterEndpoint', '203.0.113.0'],
    ['clusterEndpoint', '256.0.0.0/8'],
    ['clusterEndpoint', '203.0.113.0/33'],
    ['clusterEndpoint', '10.0.0.0/8'],
    ['clusterEndpoint', '203.0.113.0/24,172.20.5.0/24'],
    ['clusterEndpoint', '192.168.7.7/32'],
    ['clusterEndpoint', Array.from({ length: 41 }, (_, i) => `203.0.113.${i}/32`).join()],
    ['databaseClass', 'db.t4g.micro'],
    ['backupCopyRegion', 'virginia'],
    ['backupCopyRegion', 'us-east-9'],
    ['databaseCopyKey', 'arn:aws:kms:us-east-1:012345678901:alias/copies'],
    ['hostName', 'https://shop.example.com'],
    ['hostName', 'shop'],
    ['hostName', '-shop.example.com'],
    ['hostName', 'shop-.example.com'],
    ['hostName', 'Shop.example.com'],
    ['hostName', '*.example.com'],
    ['hostName', 'shop.example.1'],
    ['hostName', `${'a'.repeat(64)}.example.com`],
    ['hostName', `${'a.'.repeat(125)}example.com`],
    ['imageScanning', 'inspector'],
    ['hostedZone', 'example.com'],
    ['monitoring', 'on'],
    ['alarmEmail', 'operator'],
    ['monthlyBudget', '0'],
  ])('reject %s = %j and say how to set it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} is .*must be: .*-c ${name}=… or CARTHUB_[A-Z_]+=…`),
      ),
    ]);
  });

  // EKS user guide, "Deploy private clusters with limited internet access": images come from a registry in the VPC, and
  // the load balancer controller must not use WAF or find certificates. The Ingress needs both.
  it.each([
    ['natGateways', '0', 'reach no sign-in'],
    ['clusterEndpoint', 'private', 'name their networks'],
  ])('include %s = %s, which could not work, with the reason', (name, value, why) => {
    for (const interfaceEndpoints of ['yes', 'no'])
      expect(problemsOf({ [name]: value, interfaceEndpoints })).toEqual([
        expect.stringMatching(`^${name} cannot be ${value}: .*${why}`),
      ]);
  });
});

describe('invalid ARNs', () => {
  it.each([
    'arn:aws:acm:us-west-2:012345678901:certificate',
    'arn:aws:acm::012345678901:certificate/x',
    'arn:aws:acm-pca:us-west-2:012345678901:certificate/x',
    'x',
  ])('include the certificate %s', (certificateArn) => {
    expect(problemsOf({ hostName: 'shop.example.com', certificateArn })).toEqual([
      expect.stringContaining('certificateArn is'),
    ]);
  });

  it.each([
    'arn:aws:codebuild:us-west-2:1:x',
    'arn:aws:codeconnections',
    'arn:aws:codeconnections:us-west-2:012345678901:host/x',
  ])('include the connection %s', (githubConnection) => {
    expect(problemsOf({ githubOwner: 'shop', githubConnection })).toContainEqual(
      expect.stringContaining('githubConnection is'),
    );
  });
});

describe('problems of inputs together', () => {
  it('include a certificate without a host name and a GitHub account without a connection', () => {
    expect(
      problemsOf({ certificateArn: 'arn:aws:acm:us-west-2:012345678901:certificate/x' }),
    ).toEqual([expect.stringContaining('set hostName too')]);
    expect(problemsOf({ githubOwner: 'shop' })).toEqual([expect.stringContaining('go together')]);
  });

  it.each([
    ['alarmEmail', 'CARTHUB_ALARM_EMAIL', 'nobody'],
    ['hostName', 'CARTHUB_HOST_NAME', 'shop'],
  ])('include production without %s', (name, variable, invalid) => {
    const others = { environment: 'production', ...NEEDED, [name]: undefined };
    expect(problemsOf(others)).toEqual([
      expect.stringMatching(`^Production needs ${name}: .*-c ${name}=… or ${variable}`),
    ]);
    // Named as invalid, not as missing too.
    expect(problemsOf({ ...others, [name]: invalid })).toHaveLength(1);
  });

  it.each([
    [{ backupCopyAccount: '222222222222', account: '111111111111' }, 'set backupCopyRegion too'],
    [
      { backupCopyLock: 'governance:30', environment: 'production', ...NEEDED },
      'set backupCopyRegion too',
    ],
    [{ backupCopyLock: 'governance:0', backupCopyRegion: 'us-east-1' }, 'backupCopyLock is'],
    [{ backupCopyLock: 'legal:30', backupCopyRegion: 'us-east-1' }, 'backupCopyLock is'],
    [{ backupCopyRegion: 'us-west-2' }, 'is the region of the shop'],
    [{ backupCopyRegion: 'us-east-1', backupCopyAccount: '222222222222' }, 'set account too'],
    [
      { backupCopyRegion: 'us-east-1', backupCopyAccount: '1'.repeat(12), account: '1'.repeat(12) },
      'leave it out',
    ],
    [{ backupCopyRegion: 'us-east-1', backupCopyLock: 'compliance:30' }, 'could not be deleted'],
    [
      { backupCopyRegion: 'us-east-1', backupCopyLock: 'governance:1', environment: 'staging' },
      'could not be deleted',
    ],
    [
      { databaseCopyKey: 'arn:aws:kms:us-west-2:111111111111:key/0f1e' },
      'databaseCopyKey is in the region of the shop',
    ],
    [
      {
        databaseCopyKey: 'arn:aws:kms:us-east-1:222222222222:key/0f1e',
        account: '111111111111',
      },
      'databaseCopyKey is of another account',
    ],
  ])('include copies of backups that cannot be made: %j', (inputs, why) => {
    expect(problemsOf(inputs)).toEqual([expect.stringContaining(why)]);
  });

  // "The certificates must be in the same Region as the load balancer" (ELB, "SSL certificates for your Application
  // Load Balancer").
  it.each([
    ['us-east-1', '012345678901', 'certificateArn is of another region'],
    ['us-west-2', '999999999999', 'certificateArn is of another account'],
  ])('include a certificate that the load balancer cannot take: %s, %s', (region, owner, why) => {
    const certificateArn = `arn:aws:acm:${region}:${owner}:certificate/x`;
    const account = '012345678901';
    expect(problemsOf({ hostName: 'shop.example.com', account, certificateArn })).toEqual([
      expect.stringContaining(why),
    ]);
  });

  it('include a host name that is too long for a certificate of the zone', () => {
    const hostName = `${'a'.repeat(53)}.example.com`;
    expect(hostName).toHaveLength(65);
    expect(problemsOf({ hostName, hostedZone: 'Z1' })).toEqual([
      expect.stringContaining('hostName has over 64 characters'),
    ]);
    expect(problemsOf({ hostName })).toEqual([]);
    expect(problemsOf({ hostName: hostName.slice(1), hostedZone: 'Z1' })).toEqual([]);
  });

  it('include a zone without a host name', () => {
    expect(problemsOf({ hostedZone: 'Z0123456789' })).toEqual([
      expect.stringContaining('set hostName too'),
    ]);
  });

  it('are all reported at once', () => {
    expect(problemsOf({ environment: 'x', region: 'x', account: 'x' })).toHaveLength(3);
  });
});
