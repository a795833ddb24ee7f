import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Imitation } from './imitation.ts';

const of = (Type: string, Properties: object, more: object = {}) => ({ Type, Properties, ...more });
let aws: Imitation;
beforeEach(() => {
  aws = new Imitation();
  // What moto would hold is not looked at here.
  vi.spyOn(aws.moto, 'query').mockResolvedValue('');
  vi.spyOn(aws.moto, 'json').mockResolvedValue({});
  vi.spyOn(aws.moto, 'send').mockImplementation(async () => new Response(''));
});

/** Creates the resources, each after the ones before it. @returns why it failed */
async function refusal(...resources: readonly object[]): Promise<string | undefined> {
  const all = resources.map((resource, n) => [
    `R${n}`,
    { ...resource, ...(n > 0 && { DependsOn: `R${n - 1}` }) },
  ]);
  if ((await aws.apply('CreateStack', Object.fromEntries(all))) === 'CREATE_COMPLETE')
    return undefined;
  return aws.reasons().find((reason) => !reason.startsWith('The following'));
}

const subnet = (AvailabilityZone: string) => of('AWS::EC2::Subnet', { AvailabilityZone });
const AUTO = of('AWS::EKS::Cluster', {
  Name: 'c',
  ComputeConfig: { Enabled: true },
  ResourcesVpcConfig: { EndpointPrivateAccess: true },
});
const BARE = of('AWS::EKS::Cluster', { Name: 'c', BootstrapSelfManagedAddons: false });
const addon = (AddonName: string) => of('AWS::EKS::Addon', { ClusterName: 'c', AddonName });
const nodes = of('AWS::EKS::Nodegroup', { ClusterName: 'c' });
const entry = (PrincipalArn: string) =>
  of('AWS::EKS::AccessEntry', { ClusterName: 'c', PrincipalArn });
const association = of('AWS::EKS::PodIdentityAssociation', {
  ClusterName: 'c',
  Namespace: 'shop',
  ServiceAccount: 'backend',
});

describe('EKS', () => {
  it.each([
    ['lets add-ons be in Auto Mode', [AUTO, addon('metrics-server')], undefined],
    ['lets add-ons of nodes precede them', [BARE, addon('vpc-cni'), nodes], undefined],
    ['refuses an add-on twice', [AUTO, addon('coredns'), addon('coredns')], 'already exists'],
    ['refuses an add-on without its cluster', [addon('coredns')], 'No cluster found for name: c'],
    ['degrades an add-on with pods and no nodes', [BARE, addon('coredns')], 'DEGRADED'],
    ['has no ready node without a network plugin', [BARE, nodes], 'NodeCreationFailure'],
    ['refuses an entry twice', [AUTO, entry('arn:a'), entry('arn:a')], 'already in use'],
    [
      'refuses an entry of a service-linked role',
      [AUTO, entry('arn:aws:iam::1:role/aws-service-role/aps')],
      'Service Linked Role',
    ],
    [
      'refuses an association twice',
      [AUTO, association, association],
      'Association already exists',
    ],
  ])('%s', async (_, resources, reason) => {
    expect(await refusal(...resources)).toEqual(
      reason === undefined ? undefined : expect.stringContaining(reason),
    );
  });

  it('does not delete a cluster with node groups', async () => {
    await refusal(BARE, addon('vpc-cni'));
    await aws.apply('CreateStack', { Nodes: nodes }, { StackName: 'Nodes' });
    expect(await aws.delete()).toBe('DELETE_FAILED');
    expect(aws.reasons()).toContain('Cluster has nodegroups attached');
    await aws.delete('Nodes');
    expect(await aws.delete()).toBe('DELETE_COMPLETE');
  });
});

describe('RDS', () => {
  const database = (Properties: object) =>
    of('AWS::RDS::DBInstance', { StorageEncrypted: true, ...Properties });
  const region = { AutomaticBackupReplicationRegion: 'us-east-1' };
  const key = { AutomaticBackupReplicationKmsKeyId: 'arn:aws:kms:us-east-1:1:key/k' };

  it.each([
    ['replicates backups', { ...region, ...key }, undefined],
    ['needs a key of the other region', region, 'Encrypted instances require a valid KMS key ID'],
    [
      'does not take a key of its own region',
      { ...region, AutomaticBackupReplicationKmsKeyId: 'arn:aws:kms:us-west-2:1:key/k' },
      'Encrypted instances require a valid KMS key ID',
    ],
    ['takes no key without a region', key, 'AutomaticBackupReplicationRegion must be specified'],
    [
      'does not replicate into its own region',
      { ...key, ...region, AutomaticBackupReplicationRegion: 'us-west-2' },
      'must differ',
    ],
    [
      'has nothing to replicate without backups',
      { ...region, ...key, BackupRetentionPeriod: 0 },
      'Automated backups must be enabled',
    ],
  ])('%s', async (_, properties, reason) => {
    expect(await refusal(database(properties))).toEqual(
      reason === undefined ? undefined : expect.stringContaining(reason),
    );
  });

  it('wants subnets in two zones', async () => {
    const group = of('AWS::RDS::DBSubnetGroup', { SubnetIds: [{ Ref: 'R0' }, { Ref: 'R1' }] });
    expect(await refusal(subnet('a'), subnet('a'), group)).toContain('(AZ) coverage');
    await aws.delete();
    expect(await refusal(subnet('a'), subnet('b'), group)).toBeUndefined();
  });
});

describe('Managed Service for Prometheus', () => {
  const workspace = of('AWS::APS::Workspace', {});
  const rules = (Data: string) =>
    of('AWS::APS::RuleGroupsNamespace', {
      Workspace: { 'Fn::GetAtt': ['R0', 'Arn'] },
      Name: 'rules',
      Data,
    });
  const scraper = of('AWS::APS::Scraper', {
    Destination: { AmpConfiguration: { WorkspaceArn: { 'Fn::GetAtt': ['R0', 'Arn'] } } },
    Source: {
      EksConfiguration: { ClusterArn: 'arn:aws:eks:c', SubnetIds: [{ Ref: 'R2' }, { Ref: 'R3' }] },
    },
  });
  const GROUPS = 'groups: []';

  it.each([
    ['evaluates rules', [workspace, rules(GROUPS)], undefined],
    ['has a name once', [workspace, rules(GROUPS), rules(GROUPS)], 'already exists'],
    ['refuses what are no rules', [workspace, rules('alerts: []')], 'CREATION_FAILED'],
    ['collects', [workspace, AUTO, subnet('a'), subnet('b'), scraper], undefined],
    [
      'collects from two zones',
      [workspace, AUTO, subnet('a'), subnet('a'), scraper],
      'two different Availability Zones',
    ],
    [
      'collects over the private endpoint',
      [workspace, BARE, subnet('a'), subnet('b'), scraper],
      'private access',
    ],
  ])('%s', async (_, resources, reason) => {
    expect(await refusal(...resources)).toEqual(
      reason === undefined ? undefined : expect.stringContaining(reason),
    );
  });
});

describe('S3', () => {
  const versioned = { VersioningConfiguration: { Status: 'Enabled' } };
  const rule = {
    Filter: { Prefix: 'a/' },
    Priority: 1,
    DeleteMarkerReplication: { Status: 'Disabled' },
    Destination: { Bucket: 'arn:aws:s3:::copy' },
  };
  const bucket = (changes: object = {}, properties: object = versioned) =>
    of('AWS::S3::Bucket', {
      ...properties,
      ReplicationConfiguration: { Rules: [{ ...rule, ...changes }] },
    });
  const answer = (status: number, body: string) =>
    vi
      .spyOn(aws.moto, 'send')
      .mockImplementation(async (_service, path) =>
        path.startsWith('/copy?') ? new Response(body, { status }) : new Response(''),
      );
  const ENABLED = '<Status>Enabled</Status>';

  it.each([
    ['replicates', bucket(), 200, ENABLED, undefined],
    ['needs versions here', bucket({}, {}), 200, ENABLED, "Versioning must be 'Enabled'"],
    ['needs versions there', bucket(), 200, '', 'Destination bucket must have versioning enabled'],
    ['needs the other bucket', bucket(), 404, '', 'Destination bucket must exist'],
    [
      'needs a priority with a filter',
      bucket({ Priority: undefined }),
      200,
      ENABLED,
      'Priority must be specified',
    ],
    [
      'needs a key for encrypted objects',
      bucket({ SourceSelectionCriteria: { SseKmsEncryptedObjects: { Status: 'Enabled' } } }),
      200,
      ENABLED,
      'ReplicaKmsKeyID',
    ],
  ])('%s', async (_, resource, status, body, reason) => {
    answer(status, body);
    expect(await refusal(resource)).toEqual(
      reason === undefined ? undefined : expect.stringContaining(reason),
    );
  });

  it('locks only a bucket with versions', async () => {
    const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled' };
    expect(await refusal(of('AWS::S3::Bucket', { ObjectLockConfiguration }))).toContain(
      'Versioning must be enabled',
    );
    await aws.delete();
    const created = { ObjectLockEnabled: true, ObjectLockConfiguration };
    expect(await refusal(of('AWS::S3::Bucket', created))).toBeUndefined();
  });

  it('cannot lock a named bucket later, which would replace it', async () => {
    const bucket = (more: object) => ({
      B: of('AWS::S3::Bucket', { BucketName: 'copy', ...more }),
    });
    await aws.apply('CreateStack', bucket({}));
    expect(await aws.apply('UpdateStack', bucket({ ObjectLockEnabled: true }))).toBe(
      'UPDATE_ROLLBACK_COMPLETE',
    );
    expect(aws.reasons().join()).toContain('Rename copy and update the stack again');
  });

  it('does not delete a bucket whose objects are only hidden', async () => {
    await refusal(of('AWS::S3::Bucket', { BucketName: 'shop', ...versioned }));
    const versions = '<Version><Key>a</Key><VersionId>1</VersionId></Version>';
    vi.spyOn(aws.moto, 'send').mockImplementation(async () => new Response(versions));
    expect(await aws.delete()).toBe('DELETE_FAILED');
    expect(aws.reasons()).toContain('The bucket you tried to delete is not empty');
  });
});

describe('a certificate', () => {
  const certificate = (more: object = {}) =>
    of('AWS::CertificateManager::Certificate', {
      DomainName: 'shop.example.com',
      ValidationMethod: 'DNS',
      ...more,
    });
  const inZone = certificate({
    DomainValidationOptions: [{ DomainName: 'shop.example.com', HostedZoneId: 'Z1' }],
  });
  const zone = (name: string, isPrivate = false) => {
    const text = `<Name>${name}.</Name><PrivateZone>${isPrivate}</PrivateZone>`;
    return vi.spyOn(aws.moto, 'send').mockImplementation(async () => new Response(text));
  };

  it('is issued by the record that CloudFormation adds, which stays', async () => {
    const send = zone('example.com');
    expect(await refusal(inZone)).toBeUndefined();
    expect(send.mock.lastCall?.[1]).toBe('/2013-04-01/hostedzone/Z1/rrset');
    send.mockClear();
    expect(await aws.delete()).toBe('DELETE_COMPLETE');
    expect(send).not.toHaveBeenCalled();
  });

  it('waits for its record otherwise, and says which', async () => {
    await aws.call('CreateStack', {
      TemplateBody: JSON.stringify({ Resources: { C: certificate() } }),
    });
    await expect
      .poll(() => aws.stack().events.map(({ reason }) => reason))
      .toContainEqual(expect.stringContaining('Content of DNS Record is: {Name: _mock.shop.'));
    expect(aws.stack().status).toBe('CREATE_IN_PROGRESS');
    aws.cloudFormation.resources.issued.add('shop.example.com');
    expect(await aws.settle()).toBe('CREATE_COMPLETE');
  });

  it.each([
    ['elsewhere', 'example.org', false, 'is not permitted in zone example.org.'],
    ['private', 'example.com', true, 'is in a private zone'],
  ])('fails if its zone is %s', async (_, name, isPrivate, reason) => {
    zone(name, isPrivate);
    expect(await refusal(inZone)).toContain(reason);
  });

  it('in use is not deleted', async () => {
    zone('example.com');
    await refusal(inZone);
    const { id } = aws.stack().resources.get('R0') ?? {};
    vi.spyOn(aws.moto, 'query').mockResolvedValue(
      `<LoadBalancerArn>arn:lb</LoadBalancerArn><CertificateArn>${id}</CertificateArn>`,
    );
    expect(await aws.delete()).toBe('DELETE_FAILED');
    expect(aws.reasons()).toContain(`Certificate ${id} is in use.`);
  });
});
