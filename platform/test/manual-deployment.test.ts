// docs/manual-deployment.md is the guide's manual path: what its commands name must be what the code creates.

import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readManifests } from '../src/manifests/read.ts';
import {
  type Command,
  commandsOf,
  expand,
  optionOf,
  readManualDeployment,
} from '../src/runbook/commands.ts';
import { fromRoot, TARGETS } from '../src/targets.ts';

const SERVICES = ['database', 'backend', 'frontend'];
const guide = readManualDeployment();
const commands = (program: string): Command[] =>
  commandsOf(program, guide, 2).flatMap((command) => expand(command, 'service', SERVICES));
/** The commands that begin with these words. */
const those = (...words: string[]) =>
  commands(words[0] ?? '').filter((command) => words.every((word, at) => command[at] === word));
const [config = {}] = [...guide.matchAll(/^```yaml\n(.*?)^```$/gms)].map(([, text = '']) =>
  parse(text),
);

interface Resource {
  readonly Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates have the shapes of CloudFormation
  readonly Properties: any;
}

function resources(stack: string, type: string) {
  const file = fromRoot(`infrastructure_cdk/test/templates/development/${stack}.json`);
  const all: Record<string, Resource> = JSON.parse(readFileSync(file, 'utf8')).Resources;
  return Object.values(all)
    .filter(({ Type }) => Type === type)
    .map(({ Properties }) => Properties);
}

const [cluster] = resources('cluster', 'AWS::EKS::Cluster');
const addons = resources('cluster', 'AWS::EKS::Addon');
const text = (file: string) => readFileSync(fromRoot(file), 'utf8');

it('deploys stacks that exist, with inputs that exist', () => {
  const app = text('infrastructure_cdk/lib/build-app.ts');
  const deployed = those('npx', 'cdk', 'deploy');
  const stacks = deployed.flatMap((command) => command.filter((word) => word.endsWith('Stack')));
  expect(stacks).toContain('CarthubClusterStack');
  expect(stacks.filter((stack) => !app.includes(`'${stack}'`))).toEqual([]);
  const inputs = text('infrastructure_cdk/lib/config/inputs.ts');
  for (const command of commands('npx').filter((each) => each.includes('-c')))
    expect(inputs).toMatch(new RegExp(`^  ${optionOf(command, '-c')?.split('=')[0]}: \\{`, 'm'));
});

describe('the cluster of eksctl', () => {
  it('has the name, version, mode and addresses of the template', () => {
    const { name, version, region } = config.metadata;
    expect({ name, version }).toEqual({ name: cluster.Name, version: cluster.Version });
    expect(region).toBe('us-west-2');
    expect(config.autoModeConfig).toEqual({
      enabled: cluster.ComputeConfig.Enabled,
      nodePools: cluster.ComputeConfig.NodePools,
    });
    const { serviceIPv4CIDR } = config.kubernetesNetworkConfig;
    expect(serviceIPv4CIDR).toBe(cluster.KubernetesNetworkConfig.ServiceIpv4Cidr);
    const { authenticationMode } = config.accessConfig;
    expect(authenticationMode).toBe(cluster.AccessConfig.AuthenticationMode);
  });

  it('has the add-ons of the template, in the zones of the network', () => {
    const expected = addons.map(({ AddonName, ConfigurationValues }) => ({
      name: AddonName,
      ...(ConfigurationValues && { configurationValues: ConfigurationValues }),
    }));
    expect(config.addons).toEqual(expected);
    const zones = resources('network', 'AWS::EC2::Subnet').map((each) => each.AvailabilityZone);
    expect(Object.keys(config.vpc.subnets.private)).toEqual([...new Set(zones)].sort());
  });

  it('lets the pods that read secrets read them', () => {
    const accounts = readManifests('development').filter(({ kind }) => kind === 'ServiceAccount');
    const names = accounts.map(({ metadata }) => metadata.name);
    const { podIdentityAssociations } = config.iam;
    expect(podIdentityAssociations).toHaveLength(3);
    const secrets = resources('data', 'AWS::SecretsManager::Secret').map(({ Name }) => Name);
    const policies = resources('cluster', 'AWS::IAM::Policy')
      .flatMap(({ PolicyDocument }) => PolicyDocument.Statement)
      .flatMap(({ Action }) => Action);
    for (const { namespace, serviceAccountName, permissionPolicy } of podIdentityAssociations) {
      expect(namespace).toBe('shopping-cart');
      expect(names).toContain(serviceAccountName);
      const [read, decrypt] = permissionPolicy.Statement;
      const prefix = read.Resource.split(':secret:')[1].replace('*', '');
      expect(secrets.every((name) => name.startsWith(prefix))).toBe(true);
      for (const action of [...read.Action, ...decrypt.Action]) expect(policies).toContain(action);
    }
  });
});

it('creates the same cluster with the AWS CLI', () => {
  const [create = []] = those('aws', 'eks', 'create-cluster');
  const json = (option: string) => JSON.parse(optionOf(create, option) ?? 'null');
  expect(optionOf(create, '--name')).toBe(cluster.Name);
  expect(optionOf(create, '--kubernetes-version')).toBe(cluster.Version);
  expect(json('--kubernetes-network-config')).toEqual({
    serviceIpv4Cidr: cluster.KubernetesNetworkConfig.ServiceIpv4Cidr,
    elasticLoadBalancing: { enabled: cluster.KubernetesNetworkConfig.ElasticLoadBalancing.Enabled },
  });
  expect(json('--compute-config')).toMatchObject({ nodePools: cluster.ComputeConfig.NodePools });
  expect(json('--storage-config')).toEqual({
    blockStorage: { enabled: cluster.StorageConfig.BlockStorage.Enabled },
  });
});

it('finds the network and opens the database as the templates do', () => {
  const private_ = resources('network', 'AWS::EC2::Subnet')
    .filter(({ Tags }) => JSON.stringify(Tags).includes('internal-elb'))
    .map(({ CidrBlock }) => CidrBlock);
  const [subnets = []] = those('aws', 'ec2', 'describe-subnets');
  expect(optionOf(subnets, '--filters')).toBe(`Name=cidr-block,Values=${private_.sort().join()}`);
  const [vpc] = resources('network', 'AWS::EC2::VPC');
  expect(those('aws', 'ec2', 'describe-vpcs')[0]).toContain(`Name=cidr,Values=${vpc.CidrBlock}`);
  const [ingress] = resources('cluster', 'AWS::EC2::SecurityGroupIngress');
  const [open = []] = those('aws', 'ec2', 'authorize-security-group-ingress');
  expect(optionOf(open, '--port')).toBe(String(ingress.FromPort));
  expect(optionOf(open, '--protocol')).toBe(ingress.IpProtocol);
  const [database] = resources('data', 'AWS::RDS::DBInstance');
  const [found = []] = those('aws', 'rds', 'describe-db-instances');
  expect(optionOf(found, '--db-instance-identifier')).toBe(database.DBInstanceIdentifier);
  const [key = []] = those('aws', 'kms', 'describe-key');
  expect(resources('data', 'AWS::KMS::Alias')[0].AliasName).toBe(optionOf(key, '--key-id'));
});

it('builds each image from its folder and pushes it to its repository, by commit', () => {
  const repositories = resources('cicd', 'AWS::ECR::Repository');
  const names = repositories.map(({ RepositoryName }) => RepositoryName).sort();
  const created = those('aws', 'ecr', 'create-repository');
  expect(created.map((command) => optionOf(command, '--repository-name')).sort()).toEqual(names);
  for (const command of created)
    expect(optionOf(command, '--image-tag-mutability')).toBe(repositories[0].ImageTagMutability);
  const pushed = those('docker', 'push').map((command) => command[2]);
  expect(pushed.sort()).toEqual(names.map((name) => `$REGISTRY/${name}:$COMMIT`));
  for (const command of those('docker', 'build')) {
    // EKS User Guide, "Enable or Disable Built-in NodePools"; else a Mac with Apple silicon builds what they cannot run.
    expect(optionOf(command, '--platform')).toBe('linux/amd64');
    const folder = command.at(-1) ?? '';
    const dockerfile = text(`${folder}/Dockerfile`);
    const given = command.filter((_, at) => command[at - 1] === '--build-arg');
    for (const pair of given) expect(dockerfile).toContain(`ARG ${pair.split('=')[0]}`);
  }
  expect(those('docker', 'build')).toHaveLength(3);
});

it('sets the images of the overlay, and creates objects that it has', () => {
  const { images } = parse(text(`${TARGETS.development}/kustomization.yaml`));
  const set = those('kustomize', 'edit', 'set', 'image').map((command) => command[4]);
  expect(set.every((word) => word?.endsWith(':$COMMIT@$digest'))).toBe(true);
  const names = images.map(({ name }: { name: string }) => name);
  expect(set.map((word) => word?.split('=')[0]).sort()).toEqual([...names].sort());
  const [create = []] = those('kubectl', '-n', 'shopping-cart', 'create', 'job');
  const [, cronJob] = optionOf(create, '--from')?.split('/') ?? [];
  const cronJobs = readManifests('development').filter(({ kind }) => kind === 'CronJob');
  expect(cronJobs.map(({ metadata }) => metadata.name)).toContain(cronJob);
  const [host] = /shop\.[\w.]+/.exec(text(`${TARGETS.development}/kustomization.yaml`)) ?? [];
  expect(guide).toContain(`\`${host}\``);
});

it('names the repositories of the templates, and only paths that exist', () => {
  const repositories = resources('cicd', 'AWS::CodeCommit::Repository');
  const created = those('aws', 'codecommit', 'create-repository');
  expect(created.map((command) => optionOf(command, '--repository-name')).sort()).toEqual(
    repositories.map(({ RepositoryName }) => RepositoryName).sort(),
  );
  const all = ['kubectl', 'docker', 'git', 'cd', 'platform/deploy.sh'].flatMap(commands);
  const paths = all
    .flat()
    .filter((word) => /^(platform|microservices|infrastructure_cdk)\//.test(word));
  expect(paths.length).toBeGreaterThan(4);
  expect(paths.filter((path) => !existsSync(fromRoot(path)))).toEqual([]);
});

it('uses one region, and no version or tag of the past', () => {
  const regions = new Set(guide.match(/\b[a-z]{2}-[a-z]+-\d(?=\b|[a-c]\b)/g));
  expect([...regions]).toEqual(['us-west-2']);
  expect(guide).not.toMatch(/:latest|\d{12}/);
});
