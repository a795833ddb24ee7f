import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { buildApp } from '../../lib/build-app.ts';
import { type CarthubConfig, type EnvironmentName, parseConfig } from '../../lib/config/config.ts';
import { readPods, readUsage } from '../inputs/inputs.ts';
import { readPrices } from '../inputs/prices.ts';
import { autoModeParts, nodesFor, trafficParts } from './kubernetes.ts';
import { sum } from './money.ts';
import { type Line, priceLine, priceTemplate } from './price-template.ts';
import type { Resource } from './pricing-rules.ts';

export interface Estimate {
  readonly environment: EnvironmentName;
  readonly region: string;
  readonly pricesAsOf: string;
  readonly lines: readonly Line[];
  readonly totalMicros: number;
}

export type Templates = Readonly<Record<string, Readonly<Record<string, Resource>>>>;

export function configOf(
  environment: EnvironmentName,
  region: string,
  options: Partial<CarthubConfig> = {},
): CarthubConfig {
  // Production needs both, and they cost nothing.
  const needed =
    environment === 'production'
      ? { alarmEmail: 'operator@example.com', hostName: 'shop.example.com' }
      : { alarmEmail: 'operator@example.com' };
  const parsed = parseConfig({ environment, region, ...needed });
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return { ...parsed.config, ...options };
}

/** The synthesized resources of each stack. */
export function synthesize(config: CarthubConfig): Templates {
  const outdir = mkdtempSync(join(tmpdir(), 'carthub-cost-'));
  try {
    const app = new App({ context: cdkJson.context, outdir });
    buildApp(app, config);
    const stacks = app.synth().stacks.map(({ stackName, template }) => {
      const { Resources }: { Resources: Record<string, Resource> } = template;
      return [stackName, Resources] as const;
    });
    return Object.fromEntries(stacks);
  } finally {
    rmSync(outdir, { recursive: true });
  }
}

/** @throws if a type or a price is unknown */
export function estimate(config: CarthubConfig, given?: Templates): Estimate {
  const { environmentName: environment, region, compute, natGateways } = config;
  const [prices, usage] = [readPrices(region), readUsage(environment)];
  const templates = given ?? synthesize(config);
  const nodes = nodesFor(readPods(environment), usage.nodes.value);
  const fromKubernetes = [
    ...(compute === 'auto' ? autoModeParts(nodes, usage.nodeDiskGb.value) : []),
    ...trafficParts(usage, natGateways),
  ];
  const kubernetes = { stack: 'not in a template', resource: 'Kubernetes', type: 'Kubernetes' };
  const lines = [
    ...Object.entries(templates).flatMap(([stack, resources]) =>
      priceTemplate(stack, resources, prices, usage),
    ),
    ...fromKubernetes.map((part) => priceLine(prices, kubernetes, part)),
  ];
  const totalMicros = sum(lines.map(({ micros }) => micros));
  return { environment, region, pricesAsOf: prices.readOn, lines, totalMicros };
}
