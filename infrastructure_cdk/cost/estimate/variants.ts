/** Alternative configurations of the shop, to compare prices. */
import type { CarthubConfig, EnvironmentName } from '../../lib/config/config.ts';
import { type PriceFile, readPrices } from '../inputs/prices.ts';
import { configOf, type Estimate, estimate, synthesize, type Templates } from './estimate.ts';
import { sum } from './money.ts';
import { type Line, priceLine } from './price-template.ts';

interface Variant {
  readonly name: string;
  readonly environment: EnvironmentName;
  readonly options: Partial<CarthubConfig>;
  /** What determines the price, and its trade-off. */
  readonly why: string;
  /** Changes the priced lines. */
  readonly adjust?: (lines: readonly Line[], prices: PriceFile) => readonly Line[];
}

/** Replaces the priced nodes by nodes of one type. */
const withNodes =
  (count: number, type: string, diskGb: number) =>
  (lines: readonly Line[], prices: PriceFile): readonly Line[] => {
    const of = { stack: 'not in a template', resource: 'Kubernetes', type: 'Kubernetes' };
    const parts = [
      { what: `${count} × ${type}`, price: `ec2.${type}`, quantity: count * 730 },
      { what: 'disks of nodes', price: 'ebs.gp3', quantity: count * diskGb },
    ];
    const others = lines.filter((line) => !isNode(line));
    return [...others, ...parts.map((part) => priceLine(prices, of, part))];
  };

/** True for instances, their fee and their disks. */
export function isNode({ type, what }: Line): boolean {
  if (type === 'AWS::EKS::Nodegroup') return true;
  return type === 'Kubernetes' && /^\d+ × |^fee of Auto Mode|^disks of nodes/.test(what);
}
const isInstanceHours = (line: Line) => isNode(line) && !line.what.startsWith('disks');
const isDatabaseHours = ({ type, what }: Line) =>
  type === 'AWS::RDS::DBInstance' && what.startsWith('db.');

const scaled = (line: Line, share: number): Line => ({
  ...line,
  micros: Math.round(line.micros * share),
});

/** 11 hours on 5 days a week. */
const OFFICE_HOURS = 55 / 168;

const offHours = (lines: readonly Line[]) =>
  lines.map((line) =>
    isInstanceHours(line) || isDatabaseHours(line) ? scaled(line, OFFICE_HOURS) : line,
  );

const reserved = (lines: readonly Line[], { prices }: PriceFile) =>
  lines.map((line) => {
    if (isDatabaseHours(line)) return scaled(line, Number(prices['rds.reservedShare']?.usd));
    // A savings plan does not cover Auto Mode's fee.
    if (isInstanceHours(line) && !line.what.startsWith('fee'))
      return scaled(line, Number(prices['ec2.savingsPlanShare']?.usd));
    return line;
  });

const VARIANTS: readonly Variant[] = [
  {
    name: 'production as the guide specifies it',
    environment: 'production',
    options: { databaseClass: 'r5.large', compute: 'graviton' },
    adjust: withNodes(3, 't3.medium', 20),
    why: 'db.r5.large Multi-AZ, 3 × t3.medium, 3 NAT gateways',
  },
  {
    name: 'production as this template is',
    environment: 'production',
    options: {},
    why: 'db.r6g.large Multi-AZ, Auto Mode, 3 NAT gateways',
  },
  {
    name: 'production, Graviton nodes',
    environment: 'production',
    options: { compute: 'graviton' },
    why: '2 × t4g.medium: burstable, upgraded by hand; less than half of an Auto Mode node with its fee',
  },
  {
    name: 'production, Spot nodes',
    environment: 'production',
    options: { compute: 'spot' },
    why: 'AWS reclaims nodes within two minutes, so two pods of each service must run',
  },
  {
    name: 'production, one NAT gateway',
    environment: 'production',
    options: { natGateways: 1 },
    why: 'if its zone fails, payments and sign-in fail in all zones',
  },
  {
    name: 'production, enhanced image scans',
    environment: 'production',
    options: { imageScanning: 'enhanced' },
    why: 'Amazon Inspector scans the images of both processors for each build, and knows what has a fix',
  },
  {
    name: 'production, one year reserved',
    environment: 'production',
    options: {},
    adjust: reserved,
    why: 'database and nodes committed for a year, nothing upfront; assumed shares',
  },
  {
    name: 'production, recommended',
    environment: 'production',
    options: { compute: 'graviton' },
    adjust: reserved,
    why: 'Graviton nodes, one year reserved, Multi-AZ, 3 NAT gateways',
  },
  {
    name: 'production, backups copied to another region',
    environment: 'production',
    options: {
      backupCopy: { region: 'us-east-1' },
      databaseCopyKey: 'arn:aws:kms:us-east-1:111111111111:key/example',
    },
    why: "dumps and RDS's own backups survive the region; copies priced as at home",
  },
  {
    name: 'staging as this template is',
    environment: 'staging',
    options: {},
    why: "production's pods on Auto Mode, db.t4g.medium, one NAT gateway",
  },
  {
    name: 'development as this template is',
    environment: 'development',
    options: {},
    why: 'db.t4g.micro, Auto Mode, one NAT gateway',
  },
  {
    name: 'development, off at night and weekends',
    environment: 'development',
    options: {},
    adjust: offHours,
    why: 'nodes and database for 55 of 168 hours; needs a schedule that starts and stops them',
  },
  {
    name: 'development, smallest',
    environment: 'development',
    options: { compute: 'graviton' },
    adjust: (lines, prices) => offHours(withNodes(1, 't4g.medium', 20)(lines, prices)),
    why: 'one t4g.medium, off at night and weekends; the control plane costs $73',
  },
];

export interface PricedVariant extends Variant {
  readonly estimate: Estimate;
}

/** Synthesizes each distinct configuration once, because that takes seconds. */
export function priceVariants(region: string): readonly PricedVariant[] {
  const known = new Map<string, Templates>();
  const prices = readPrices(region);
  return VARIANTS.map((variant) => {
    const config = configOf(variant.environment, region, variant.options);
    const key = JSON.stringify(config);
    const templates = known.get(key) ?? synthesize(config);
    known.set(key, templates);
    const priced = estimate(config, templates);
    const lines = variant.adjust?.(priced.lines, prices) ?? priced.lines;
    const totalMicros = sum(lines.map(({ micros }) => micros));
    return { ...variant, estimate: { ...priced, lines, totalMicros } };
  });
}
