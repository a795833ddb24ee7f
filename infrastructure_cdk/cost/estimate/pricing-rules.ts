import { SERVICES } from '../../lib/constructs/delivery/service-repository.ts';
import { HOURS_PER_MONTH, type Usage, type UsageName } from '../inputs/inputs.ts';

export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
}

/** A quantity of something that has a price. */
export interface Part {
  readonly what: string;
  readonly price: string;
  readonly quantity: number;
}

interface RuleContext {
  readonly usage: Usage;
}

type Rule = (
  properties: Readonly<Record<string, unknown>>,
  context: RuleContext,
) => readonly Part[];

const used = ({ usage }: RuleContext, name: UsageName) => usage[name].value;
const always = (what: string, price: string, count = 1): Part => ({
  what,
  price,
  quantity: count * HOURS_PER_MONTH,
});

const database: Rule = (properties, context) => {
  const copies = properties.MultiAZ === true ? 2 : 1;
  const type = String(properties.DBInstanceClass).replace('db.', '');
  const storage = String(properties.StorageType ?? 'gp2');
  const gib = Number(properties.AllocatedStorage);
  return [
    always(`db.${type}${copies > 1 ? ', Multi-AZ' : ''}`, `rds.${type}`, copies),
    { what: `${copies} × ${gib} GiB ${storage}`, price: `rds.${storage}`, quantity: copies * gib },
    { what: 'backups', price: 'rds.backup', quantity: used(context, 'backupGbBeyondFree') },
    ...replicated(properties.AutomaticBackupReplicationRegion, context),
  ];
};

/** Source: Amazon RDS User Guide, "Replicating automated backups": transfer, and storage in the other region. */
const replicated = (region: unknown, context: RuleContext): readonly Part[] =>
  region === undefined
    ? []
    : [
        {
          what: 'backups in the other region',
          price: 'rds.backup',
          quantity: used(context, 'databaseGbCopied'),
        },
        ...copied(region, used(context, 'databaseGbCopied')),
      ];

const copied = (to: unknown, quantity: number): readonly Part[] =>
  to === undefined
    ? []
    : [{ what: 'copied to the other region', price: 'transfer.regions', quantity }];

const project: Rule = (properties, context) => {
  const { ComputeType } = properties.Environment as { ComputeType: string };
  const isBuild = !String(properties.Name).endsWith('-deploy');
  const minutes = used(context, isBuild ? 'minutesPerBuild' : 'minutesPerDeploy');
  const quantity = minutes * used(context, 'buildsPerServiceAndMonth');
  return [{ what: `${quantity} minutes`, price: `codebuild.${ComputeType}`, quantity }];
};

const endpoint: Rule = (properties) => {
  if (properties.VpcEndpointType !== 'Interface') return [];
  const zones = (properties.SubnetIds as readonly unknown[]).length;
  return [always(`in ${zones} zones`, 'vpcEndpoint.hour', zones)];
};

const nodeGroup: Rule = (properties) => {
  const { DesiredSize } = properties.ScalingConfig as { DesiredSize: number };
  const [type = ''] = properties.InstanceTypes as readonly string[];
  const isSpot = properties.CapacityType === 'SPOT';
  const disk = Number(properties.DiskSize ?? 20);
  const nodes = always(
    `${DesiredSize} × ${type}${isSpot ? ', Spot' : ''}`,
    `ec2.${type}`,
    DesiredSize,
  );
  return [
    isSpot ? { ...nodes, price: `${nodes.price} × ec2.spotShare` } : nodes,
    { what: 'disks of nodes', price: 'ebs.gp3', quantity: DesiredSize * disk },
  ];
};

const pipeline: Rule = (_, context) => {
  const minutes = used(context, 'minutesPerBuild') + used(context, 'minutesPerDeploy') + 1;
  const quantity = minutes * used(context, 'buildsPerServiceAndMonth');
  return [{ what: `${quantity} action minutes`, price: 'codepipeline.minute', quantity }];
};

/** Millions a month: one of each series a minute. */
const samples = (context: RuleContext) =>
  (used(context, 'metricSeries') * 60 * HOURS_PER_MONTH) / 1e6;

/** One for each processor. */
const IMAGES_PER_BUILD = 2;

const LOG_USAGE: Readonly<Record<string, UsageName>> = { '/carthub/pods': 'podLogGb' };

/** Pricing rules by type. A gateway endpoint has a rule but costs nothing: only interface endpoints do. */
export const PRICING_RULES: Readonly<Record<string, Rule>> = {
  'AWS::APS::Scraper': (_, context) => [
    always('collector of metrics', 'prometheus.collector'),
    {
      what: 'samples collected',
      price: 'prometheus.collected',
      quantity: samples(context) / 10,
    },
  ],
  'AWS::APS::Workspace': (_, context) => [
    // The first 40 million a month are free, as are 200 billion samples queried and 10 GB stored, more than rules use.
    {
      what: 'samples taken in',
      price: 'prometheus.samples',
      quantity: Math.max(0, samples(context) - 40) / 10,
    },
  ],
  'AWS::CloudWatch::Alarm': () => [{ what: 'alarm', price: 'alarm', quantity: 1 }],
  'AWS::CodeBuild::Project': project,
  'AWS::CodePipeline::Pipeline': pipeline,
  'AWS::Cognito::UserPool': (_, context) => {
    const paid = Math.max(0, used(context, 'activeUsers') - 10_000);
    return [{ what: 'users above 10,000', price: 'cognito.user', quantity: paid }];
  },
  'AWS::EC2::NatGateway': () => [
    always('NAT gateway', 'nat.hour'),
    always('public address', 'ec2.publicIpv4'),
  ],
  'AWS::EC2::VPCEndpoint': endpoint,
  'AWS::ECR::RegistryScanningConfiguration': (properties, context) => {
    if (properties.ScanType !== 'ENHANCED') return [];
    const quantity = SERVICES.length * IMAGES_PER_BUILD * used(context, 'buildsPerServiceAndMonth');
    return [{ what: `${quantity} scans of images`, price: 'inspector.image', quantity }];
  },
  'AWS::ECR::Repository': (_, context) => [
    { what: 'images', price: 'ecr.gb', quantity: used(context, 'imageGbPerRepository') },
  ],
  'AWS::EKS::Cluster': () => [always('control plane', 'eks.cluster')],
  'AWS::EKS::Nodegroup': nodeGroup,
  'AWS::KMS::Key': () => [{ what: 'key', price: 'kms.key', quantity: 1 }],
  'AWS::Logs::LogGroup': (properties, context) => {
    const name = String(properties.LogGroupName);
    const usage = name.startsWith('/aws/eks/') ? 'controlPlaneLogGb' : LOG_USAGE[name];
    const quantity = used(context, usage ?? 'logGbPerLogGroup');
    const takenIn = { what: `${quantity} GB taken in`, price: 'logs.gb', quantity };
    const searched = { what: 'masking of personal data', price: 'logs.masked', quantity };
    return properties.DataProtectionPolicy ? [takenIn, searched] : [takenIn];
  },
  'AWS::RDS::DBInstance': database,
  'AWS::S3::Bucket': (properties, context) => [
    { what: 'storage', price: 's3.gb', quantity: used(context, 'artifactGb') },
    ...copied(properties.ReplicationConfiguration, used(context, 'backupGbCopied')),
  ],
  'AWS::SecretsManager::Secret': () => [{ what: 'secret', price: 'secret', quantity: 1 }],
  'AWS::WAFv2::WebACL': (properties) => {
    const quantity = (properties.Rules as readonly unknown[]).length;
    return [
      { what: 'web ACL', price: 'waf.acl', quantity: 1 },
      { what: `${quantity} rules`, price: 'waf.rule', quantity },
    ];
  },
};
