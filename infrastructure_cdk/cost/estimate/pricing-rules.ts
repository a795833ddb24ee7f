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
  ];
};

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

/** Pricing rules by type. A gateway endpoint has a rule but costs nothing: only interface endpoints do. */
export const PRICING_RULES: Readonly<Record<string, Rule>> = {
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
  'AWS::ECR::Repository': (_, context) => [
    { what: 'images', price: 'ecr.gb', quantity: used(context, 'imageGbPerRepository') },
  ],
  'AWS::EKS::Cluster': () => [always('control plane', 'eks.cluster')],
  'AWS::EKS::Nodegroup': nodeGroup,
  'AWS::KMS::Key': () => [{ what: 'key', price: 'kms.key', quantity: 1 }],
  'AWS::Logs::LogGroup': (properties, context) => {
    const isControlPlane = String(properties.LogGroupName).startsWith('/aws/eks/');
    const quantity = used(context, isControlPlane ? 'controlPlaneLogGb' : 'logGbPerLogGroup');
    return [{ what: `${quantity} GB taken in`, price: 'logs.gb', quantity }];
  },
  'AWS::RDS::DBInstance': database,
  'AWS::S3::Bucket': (_, context) => [
    { what: 'storage', price: 's3.gb', quantity: used(context, 'artifactGb') },
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
