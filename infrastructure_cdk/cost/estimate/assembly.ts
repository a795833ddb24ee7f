import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnvironmentName } from '../../lib/config/config.ts';
import { configOf, type Estimate, estimate, type Templates } from './estimate.ts';
import type { Resource } from './pricing-rules.ts';

interface Manifest {
  readonly artifacts: Readonly<
    Record<
      string,
      { readonly type: string; readonly properties?: { readonly templateFile?: string } }
    >
  >;
}

function readJson<T>(file: string): T {
  return JSON.parse(readFileSync(file, 'utf8'));
}

/** @param directory of `cdk synth` */
function readTemplates(directory: string): Templates {
  const { artifacts } = readJson<Manifest>(join(directory, 'manifest.json'));
  const stacks = Object.entries(artifacts).flatMap(([name, { type, properties }]) => {
    if (type !== 'aws:cloudformation:stack') return [];
    const file = join(directory, properties?.templateFile ?? `${name}.template.json`);
    return [[name, readJson<{ Resources: Record<string, Resource> }>(file).Resources] as const];
  });
  return Object.fromEntries(stacks);
}

function isEnabled(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && 'Enabled' in value && value.Enabled === true
  );
}

/**
 * Prices templates that exist already, with whatever inputs they were synthesized. What Kubernetes adds depends on two
 * inputs, which the templates show.
 */
export function estimateAssembly(
  directory: string,
  environment: EnvironmentName,
  region: string,
): Estimate {
  const templates = readTemplates(directory);
  const all = Object.values(templates).flatMap((resources) => Object.values(resources));
  const isAuto = all.some(
    ({ Type, Properties = {} }) =>
      Type === 'AWS::EKS::Cluster' && isEnabled(Properties.ComputeConfig),
  );
  const config = configOf(environment, region, {
    compute: isAuto ? 'auto' : 'graviton',
    natGateways: all.filter(({ Type }) => Type === 'AWS::EC2::NatGateway').length,
  });
  return estimate(config, templates);
}
