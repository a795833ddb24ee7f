/** Compares the implementation guide's two cost tables with the estimate. */
import { sum } from '../estimate/money.ts';
import type { Line } from '../estimate/price-template.ts';
import { isNode } from '../estimate/variants.ts';

export interface Claim {
  readonly what: string;
  /** US dollars a month in the guide; null if the guide does not name it. */
  readonly claimed: number | null;
  readonly is: (line: Line) => boolean;
  readonly why: string;
}

const ofType =
  (...types: readonly string[]) =>
  ({ type }: Line) =>
    types.includes(type);
const made = (pattern: RegExp) => (line: Line) =>
  line.type === 'Kubernetes' && !isNode(line) && pattern.test(line.what);

const ECR: Claim['is'] = ofType('AWS::ECR::Repository');
const CODEBUILD: Claim['is'] = ofType('AWS::CodeBuild::Project', 'AWS::CodePipeline::Pipeline');
const EKS: Claim['is'] = ofType('AWS::EKS::Cluster');
const RDS: Claim['is'] = ofType('AWS::RDS::DBInstance');
const ALB: Claim['is'] = made(/load balancer/);
const TRAFFIC: Claim['is'] = made(/^traffic/);
const NAT: Claim['is'] = ofType('AWS::EC2::NatGateway');

export const GUIDE_PRODUCTION: readonly Claim[] = [
  { what: 'ECR', claimed: 1, is: ECR, why: '10 releases of three images: 1.8 GB' },
  { what: 'CodeCommit', claimed: 0, is: () => false, why: 'free below 6 users' },
  { what: 'CodeBuild', claimed: 10, is: CODEBUILD, why: 'with CodePipeline V2, by the minute' },
  { what: 'EKS control plane', claimed: 73, is: EKS, why: 'the same' },
  { what: '3 × t3.medium', claimed: 90, is: isNode, why: 'with disks of 20 GB' },
  { what: 'RDS', claimed: 120, is: RDS, why: 'Multi-AZ is two instances and two disks' },
  { what: 'ALB', claimed: 20, is: ALB, why: 'with three public addresses' },
  {
    what: 'data transfer',
    claimed: 5,
    is: TRAFFIC,
    why: '100 GB out are free; NAT and zones are not',
  },
  { what: 'NAT gateways', claimed: null, is: NAT, why: 'three, with their addresses' },
];

export const GUIDE_DEVELOPMENT: readonly Claim[] = [
  { what: 'ECR', claimed: 0.1, is: ECR, why: '10 releases of three images: 1.8 GB' },
  { what: 'CodeCommit', claimed: 0, is: () => false, why: 'free below 6 users' },
  { what: 'CodeBuild', claimed: null, is: CODEBUILD, why: '"minimal": three builds a working day' },
  { what: 'EKS control plane', claimed: 73, is: EKS, why: 'the same' },
  {
    what: '1 × t3.small',
    claimed: 15,
    is: isNode,
    why: 'a c6a.large of Auto Mode, its fee and disk',
  },
  { what: 'RDS', claimed: null, is: RDS, why: 'in the guide, but not in its table' },
  { what: 'ALB', claimed: null, is: ALB, why: '' },
  { what: 'data transfer', claimed: null, is: TRAFFIC, why: 'NAT and zones' },
  { what: 'NAT gateway', claimed: null, is: NAT, why: '' },
];

export interface Compared {
  readonly what: string;
  readonly claimed: number | null;
  readonly micros: number;
  readonly why: string;
}

/** Each line is in exactly one row, so that the rows sum up to the total. @throws if a line is in two */
export function compare(claims: readonly Claim[], lines: readonly Line[]): readonly Compared[] {
  for (const line of lines)
    if (claims.filter(({ is }) => is(line)).length > 1)
      throw new Error(`${line.what} is in two rows of the guide's table.`);
  const rows = claims.map(({ is, ...claim }) => {
    const micros = sum(lines.filter(is).map((line) => line.micros));
    return { ...claim, micros };
  });
  const rest = lines.filter((line) => !claims.some(({ is }) => is(line)));
  const micros = sum(rest.map((line) => line.micros));
  const why = 'keys, secrets, logs, firewall, alarms, buckets';
  return [...rows, { what: 'everything else', claimed: null, micros, why }];
}
