/**
 * Terminology
 * - template: the JSON of a synthesized stack.
 * - reference: how one resource names another; across stacks through an export.
 */
import type { EnvironmentName } from '../../lib/config/config.ts';
import { type StackName, templateOf } from '../support/synthesize.ts';

export type Properties = Readonly<Record<string, unknown>>;
export interface Resource {
  readonly Type: string;
  readonly Properties?: Properties;
}
export interface Stacks {
  readonly resources: ReadonlyMap<string, Resource>;
  readonly exports: ReadonlyMap<string, unknown>;
}

const NAMES: readonly StackName[] = ['network', 'data', 'cluster', 'edge', 'operations', 'cicd'];

/** All resources of all stacks; the stack's name makes ids unique. */
export function stacksOf(environment: EnvironmentName): Stacks {
  const resources = new Map<string, Resource>();
  const exports = new Map<string, unknown>();
  for (const name of NAMES) {
    const template = templateOf(environment, name).toJSON();
    for (const [id, resource] of Object.entries<Resource>(template.Resources))
      resources.set(`${name}/${id}`, resource);
    for (const output of Object.values<{ Export?: { Name: string }; Value: unknown }>(
      template.Outputs ?? {},
    ))
      if (output.Export) exports.set(output.Export.Name, [name, output.Value]);
  }
  return { resources, exports };
}

/** The target of a reference: `data/SecurityGroup`, with an attribute after a dot. */
export function target(stacks: Stacks, stackName: string, reference: unknown): string {
  if (typeof reference === 'string') return reference;
  const [[kind, value]] = Object.entries(reference as Record<string, unknown>) as [
    [string, unknown],
  ];
  if (kind === 'Ref') return `${stackName}/${value}`;
  if (kind === 'Fn::GetAtt') {
    const [id, attribute] = value as [string, string];
    return attribute === 'GroupId' || attribute === 'Arn'
      ? `${stackName}/${id}`
      : `${stackName}/${id}.${attribute}`;
  }
  if (kind === 'Fn::ImportValue') {
    const [producer, produced] = stacks.exports.get(String(value)) as [string, unknown];
    return target(stacks, producer, produced);
  }
  return JSON.stringify(reference);
}

export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly ports: string;
}

/**
 * Allowed connections to members of security groups (Amazon VPC User Guide, "Security group rules": rules only allow, and
 * -1 is all protocols and ports).
 *
 * Not in the templates, and so not here: EKS lets members of the cluster's own group reach each other (EKS User Guide,
 * "View Amazon EKS security group requirements for clusters"), and the load balancer's controller lets its load balancers
 * reach pods.
 *
 * @throws Error for a source that it does not know, such as a prefix list
 */
export function ingressEdges(stacks: Stacks): Edge[] {
  const edges: Edge[] = [];
  for (const [id, { Type, Properties = {} }] of stacks.resources) {
    const [stackName = ''] = id.split('/');
    const edge = (rule: Properties, to: string) => {
      const source = rule.CidrIp ?? rule.CidrIpv6 ?? rule.SourceSecurityGroupId;
      if (source === undefined) throw new Error(`A rule of ${to} has another kind of source`);
      const ports = rule.IpProtocol === '-1' ? 'all' : `${rule.FromPort}-${rule.ToPort}`;
      edges.push({ from: target(stacks, stackName, source), to, ports });
    };
    if (Type === 'AWS::EC2::SecurityGroup')
      for (const rule of (Properties.SecurityGroupIngress ?? []) as Properties[]) edge(rule, id);
    if (Type === 'AWS::EC2::SecurityGroupIngress')
      edge(Properties, target(stacks, stackName, Properties.GroupId));
  }
  return edges;
}

const WAYS = ['none', 'other', 'nat', 'igw'] as const;
type Way = (typeof WAYS)[number];

/**
 * By the kind of target (AWS::EC2::Route). Any destination counts, IPv6 too: `local` and gateway endpoints are no routes
 * of a template. A way into the internet without a way back is a NAT gateway's or an egress-only one's.
 */
function wayOf({ GatewayId, NatGatewayId, EgressOnlyInternetGatewayId }: Properties): Way {
  if (GatewayId !== undefined) return 'igw';
  return NatGatewayId !== undefined || EgressOnlyInternetGatewayId !== undefined ? 'nat' : 'other';
}

/** Where packets leave the VPC from each subnet, the most open way, by the subnet's CIDR. */
export function routesToTheInternet(stacks: Stacks): Record<string, string> {
  const wayOut = new Map<string, Way>();
  for (const { Type, Properties = {} } of stacks.resources.values()) {
    if (Type !== 'AWS::EC2::Route') continue;
    const table = target(stacks, 'network', Properties.RouteTableId);
    const ways = [wayOf(Properties), wayOut.get(table) ?? 'none'];
    wayOut.set(table, WAYS.findLast((way) => ways.includes(way)) ?? 'none');
  }
  const routes: Record<string, string> = {};
  for (const { Type, Properties = {} } of stacks.resources.values()) {
    if (Type !== 'AWS::EC2::SubnetRouteTableAssociation') continue;
    const subnet = stacks.resources.get(target(stacks, 'network', Properties.SubnetId));
    const table = target(stacks, 'network', Properties.RouteTableId);
    routes[String(subnet?.Properties?.CidrBlock)] = wayOut.get(table) ?? 'none';
  }
  return routes;
}
