import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { build, ENVIRONMENTS, templateOf } from '../support/synthesize.ts';

const { app: _, ...stacks } = build('development');
const names = Object.keys(stacks) as (keyof typeof stacks)[];

describe.each(names)('the %s stack', (name) => {
  it.each(ENVIRONMENTS)('has a description in %s', (environment) => {
    expect(templateOf(environment, name).toJSON().Description).toMatch(
      new RegExp(`^Carthub .* \\(${environment}\\)$`),
    );
  });

  it.each(ENVIRONMENTS)(
    'carries the application and environment tags itself in %s',
    (environment) => {
      const tags = { application: 'carthub', environment };
      expect(build(environment)[name].tags.tagValues()).toEqual(tags);
    },
  );

  it('cannot be deleted by accident in production', () => {
    expect(build('production')[name].terminationProtection).toBe(true);
    expect(build('development')[name].terminationProtection).toBe(false);
  });

  // `Retain` also keeps what a failed first creation made, and its names block the next one (AWS: "DeletionPolicy
  // attribute", option RetainExceptOnCreate).
  it.each(ENVIRONMENTS)('can be created again after a failed creation in %s', (environment) => {
    const resources: { Type: string; DeletionPolicy?: string; UpdateReplacePolicy?: string }[] =
      Object.values(templateOf(environment, name).toJSON().Resources);
    const kept = resources.filter(({ DeletionPolicy = 'Delete' }) => DeletionPolicy !== 'Delete');
    for (const { Type, DeletionPolicy, UpdateReplacePolicy } of kept) {
      const isDatabase = Type === 'AWS::RDS::DBInstance';
      expect(DeletionPolicy, Type).toBe(isDatabase ? 'Snapshot' : 'RetainExceptOnCreate');
      expect(UpdateReplacePolicy, Type).toBe(isDatabase ? 'Snapshot' : 'Retain');
    }
    if (environment === 'development') expect(kept).toEqual([]);
  });

  // IAM and Budgets have one space of names for an account, and S3 for all (their API references); other services have
  // one for each region.
  it('shares an account with another environment in another region', () => {
    const NAMES =
      /"(RoleName|ManagedPolicyName|UserName|InstanceProfileName|BucketName|BudgetName)":("[^"]+"|\{"Fn::Join":[^\]]+\])/g;
    const namesIn = (environment: 'development' | 'staging', region: string) => {
      const built = build(environment, { region, backupCopy: { region: 'eu-west-1' } });
      const { Resources } = Template.fromStack(built[name]).toJSON();
      return Object.values<{ Type: string }>(Resources)
        .filter(({ Type }) => /^AWS::(IAM|S3|Budgets)::/.test(Type))
        .flatMap((resource) => [...JSON.stringify(resource).matchAll(NAMES)].map(([text]) => text));
    };
    const others = namesIn('staging', 'us-east-1');
    expect(namesIn('development', 'us-west-2').filter((each) => others.includes(each))).toEqual([]);
  });

  it('names no account by default', () => {
    const built = build('production', { region: 'eu-west-1' });
    expect(built[name].environment).toBe('aws://unknown-account/eu-west-1');
    expect(JSON.stringify(templateOf('production', name).toJSON())).not.toMatch(/\b\d{12}\b/);
  });

  it('targets the given account and region', () => {
    const built = build('production', { account: '012345678901', region: 'eu-west-1' });
    expect(built[name].environment).toBe('aws://012345678901/eu-west-1');
  });

  it('tags all its resources that take a list of tags', () => {
    const resources: { Properties?: { Tags?: unknown } }[] = Object.values(
      templateOf('production', name).toJSON().Resources,
    );
    const lists = resources.map(({ Properties }) => Properties?.Tags).filter(Array.isArray);
    expect(lists.length).toBeGreaterThan(0);
    for (const tags of lists)
      expect(tags).toEqual(
        expect.arrayContaining([
          { Key: 'application', Value: 'carthub' },
          { Key: 'environment', Value: 'production' },
        ]),
      );
  });
});

it('synthesizes for an account without asking AWS for its zones', () => {
  const { app } = build('production', { account: '012345678901' });
  expect(app.synth().manifest.missing).toBeUndefined();
});
