import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { Context } from '../../src/context.ts';
import { alarmEmailOf, hasStripe, hostNameOf, isAutoMode } from '../../src/templates/inputs.ts';

const TEMPLATES = resolve(import.meta.dirname, '../../../infrastructure_cdk/test/templates');
const RESOURCES = z.object({
  Resources: z.record(
    z.string(),
    z.object({ Type: z.string(), Properties: z.record(z.string(), z.unknown()).optional() }),
  ),
});
type Resources = z.infer<typeof RESOURCES>['Resources'];

/** A context with the committed templates of an environment. */
function contextOf(environment: string, change: (all: Resources[]) => void = () => {}) {
  const all = ['cluster', 'operations', 'cicd'].map((name) => {
    const text = readFileSync(join(TEMPLATES, environment, `${name}.json`), 'utf8');
    return RESOURCES.parse(JSON.parse(text)).Resources;
  });
  change(all);
  const stacks = all.map((Resources) => ({
    name: 's',
    bootstrapVersion: 6,
    template: { Resources },
  }));
  return { assembly: { directory: '', stacks } } as unknown as Context;
}

const propertiesOf = (all: Resources[], type: string) =>
  all
    .flatMap(Object.values)
    .flatMap(({ Type, Properties = {} }) => (Type === type ? Properties : []));

describe('inputs as the templates have them', () => {
  it('are Auto Mode and no host name by default', () => {
    expect(isAutoMode(contextOf('development'))).toBe(true);
    expect(hostNameOf(contextOf('development'))).toBeUndefined();
    expect(hasStripe(contextOf('development'))).toBe(false);
  });

  // The shapes are held by infrastructure_cdk: test/stacks/cluster-stack.test.ts and test/delivery/build-inputs.test.ts.
  it('are node groups if Auto Mode is off', () => {
    const context = contextOf('development', (all) => {
      for (const cluster of propertiesOf(all, 'AWS::EKS::Cluster'))
        cluster.ComputeConfig = { Enabled: false };
    });
    expect(isAutoMode(context)).toBe(false);
  });

  it('are the address for alarms', () => {
    expect(alarmEmailOf(contextOf('production'))).toBe('operator@example.com');
    expect(alarmEmailOf(contextOf('development'))).toBeUndefined();
  });

  it('are Stripe if the builds get its publishable key', () => {
    const context = contextOf('development', (all) => {
      for (const { Environment } of propertiesOf(all, 'AWS::CodeBuild::Project'))
        (Environment as { EnvironmentVariables: unknown[] }).EnvironmentVariables.push({
          Name: 'STRIPE_PUBLISHABLE_KEY',
          Type: 'PLAINTEXT',
          Value: 'pk_test_1',
        });
    });
    expect(hasStripe(context)).toBe(true);
  });

  it('are the host name that the builds get', () => {
    const context = contextOf('production', (all) => {
      for (const { Environment } of propertiesOf(all, 'AWS::CodeBuild::Project'))
        (Environment as { EnvironmentVariables: unknown[] }).EnvironmentVariables.push({
          Name: 'HOST_NAME',
          Type: 'PLAINTEXT',
          Value: 'shop.example.com',
        });
    });
    expect(hostNameOf(context)).toBe('shop.example.com');
  });
});
