import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseConfig } from '../../lib/config/config.ts';
import { INPUTS, type RawInputs } from '../../lib/config/inputs.ts';

function problemsOf(inputs: RawInputs) {
  const parsed = parseConfig(inputs);
  return parsed.ok ? [] : parsed.problems;
}

function configOf(inputs: RawInputs) {
  const parsed = parseConfig(inputs);
  return parsed.ok ? parsed.config : undefined;
}

describe('valid inputs', () => {
  it('default to a small development in us-west-2, in any account', () => {
    expect(configOf({})).toEqual({
      environmentName: 'development',
      region: 'us-west-2',
      availabilityZones: ['us-west-2a', 'us-west-2b', 'us-west-2c'],
      natGateways: 1,
      interfaceEndpoints: false,
      compute: 'auto',
      kubernetesVersion: '1.36',
      clusterEndpoint: { access: 'public', networks: [] },
      databaseClass: 't4g.micro',
      monitoring: false,
      monthlyBudgetUsd: 275,
    });
  });

  it('make production larger', () => {
    expect(configOf({ environment: 'production' })).toMatchObject({
      natGateways: 3,
      databaseClass: 'r6g.large',
      monthlyBudgetUsd: 900,
    });
  });

  it('may set every option', () => {
    const connection = 'arn:aws:codeconnections:eu-west-1:012345678901:connection/x';
    expect(
      configOf({
        environment: 'production',
        region: 'eu-west-1',
        account: '012345678901',
        zones: 'c,a,b',
        natGateways: '0',
        interfaceEndpoints: 'yes',
        compute: 'spot',
        kubernetesVersion: '1.35',
        clusterEndpoint: '192.0.2.0/24,198.51.100.7/32',
        databaseClass: 'r7g.large',
        githubOwner: 'shop',
        githubConnection: connection,
        hostName: 'shop.example.com',
        certificateArn: 'arn:aws:acm:eu-west-1:012345678901:certificate/x',
        monitoring: 'yes',
        alarmEmail: 'operator@example.com',
        monthlyBudget: '1000',
      }),
    ).toEqual({
      environmentName: 'production',
      region: 'eu-west-1',
      account: '012345678901',
      availabilityZones: ['eu-west-1c', 'eu-west-1a', 'eu-west-1b'],
      natGateways: 0,
      interfaceEndpoints: true,
      compute: 'spot',
      kubernetesVersion: '1.35',
      clusterEndpoint: { access: 'public', networks: ['192.0.2.0/24', '198.51.100.7/32'] },
      databaseClass: 'r7g.large',
      github: { owner: 'shop', connectionArn: connection },
      hostName: 'shop.example.com',
      certificateArn: 'arn:aws:acm:eu-west-1:012345678901:certificate/x',
      monitoring: true,
      alarmEmail: 'operator@example.com',
      monthlyBudgetUsd: 1000,
    });
  });
});

describe('invalid inputs', () => {
  it.each([
    ['environment', 'staging'],
    ['environment', ''],
    ['environment', 7],
    ['region', 'us-west'],
    ['region', 'US-WEST-2'],
    ['account', '12345'],
    // A JSON number loses the leading zero an account id may have.
    ['account', 123456789012],
    ['zones', 'a,b'],
    ['zones', 'a,b,b'],
    ['zones', 'us-west-2a,b,c'],
    ['natGateways', '4'],
    ['natGateways', '-1'],
    ['interfaceEndpoints', 'true'],
    ['compute', 'fargate'],
    ['kubernetesVersion', '1.9'],
    ['clusterEndpoint', 'open'],
    ['databaseClass', 'db.t4g.micro'],
    ['hostName', 'https://shop.example.com'],
    ['hostName', 'shop'],
    ['monitoring', 'on'],
    ['alarmEmail', 'operator'],
    ['monthlyBudget', '0'],
  ])('reject %s = %j and say how to set it', (name, value) => {
    expect(problemsOf({ [name]: value })).toEqual([
      expect.stringMatching(
        new RegExp(`^${name} is .*must be: .*-c ${name}=… or CARTHUB_[A-Z_]+=…`),
      ),
    ]);
  });

  it('include nodes that reach no AWS service', () => {
    expect(problemsOf({ natGateways: '0' })).toEqual([expect.stringContaining('natGateways is 0')]);
  });

  it('include a certificate without a host name and a GitHub account without a connection', () => {
    expect(
      problemsOf({ certificateArn: 'arn:aws:acm:us-west-2:012345678901:certificate/x' }),
    ).toEqual([expect.stringContaining('set hostName too')]);
    expect(problemsOf({ githubOwner: 'shop' })).toEqual([expect.stringContaining('go together')]);
  });

  it('are all reported at once', () => {
    expect(problemsOf({ environment: 'x', region: 'x', account: 'x' })).toHaveLength(3);
  });
});

describe('README.md', () => {
  const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8').replace(
    / +/g,
    ' ',
  );

  it.each(Object.entries(INPUTS))('documents %s as it is', (name, input) => {
    const fallback = input.fallback === undefined ? 'none' : `\`${input.fallback}\``;
    expect(readme).toContain(
      `| \`${name}\` | \`${input.variable}\` | ${fallback} | ${input.meaning} |`,
    );
  });
});
