import { describe, expect, it } from 'vitest';
import { Failure, formatFailure } from '../../src/failure.ts';
import { parseOptions } from '../../src/options.ts';

function rejectionOf(...args: string[]): Failure {
  try {
    parseOptions(args, {});
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('The options were accepted.');
}

describe('options', () => {
  it('accepts dev for development, and has a default for every option', () => {
    expect(parseOptions(['--environment', 'dev'], {})).toMatchObject({
      environment: 'development',
      region: 'us-west-2',
      stackName: 'MicroservicesCicdStack',
      dryRun: false,
      yes: false,
    });
  });

  it('reports all problems at once with exit code 2', () => {
    const failure = rejectionOf(
      '--environment',
      'test',
      '--region',
      'west',
      '--context',
      'natGateways',
    );
    expect(failure.exitCode).toBe(2);
    expect(failure.why.split('\n')).toHaveLength(3);
  });

  it('rejects unknown options, and inputs that have their own option', () => {
    expect(rejectionOf('--dryrun').exitCode).toBe(2);
    expect(rejectionOf('--context', 'region=eu-west-1').why).toContain('has its own option');
  });

  it('requires a host name in production, because TLS needs it', () => {
    expect(rejectionOf('--environment', 'production').why).toContain('hostName');
    const named = ['--environment', 'production', '--context', 'hostName=shop.example.com'];
    expect(parseOptions(named, {})).toMatchObject({ environment: 'production' });
    expect(parseOptions(named, { CARTHUB_HOST_NAME: '' })).toBeDefined();
    expect(parseOptions(['--environment', 'production', '--destroy'], {})).toBeDefined();
  });

  it('deploys staging, with or without a host name', () => {
    expect(parseOptions(['--environment', 'staging'], {})).toMatchObject({
      environment: 'staging',
    });
  });

  it('takes the environment, the region and the host name from variables, unless there is an option', () => {
    const variables = {
      CARTHUB_ENVIRONMENT: 'production',
      CARTHUB_REGION: 'eu-west-1',
      CARTHUB_HOST_NAME: 'shop.example.com',
    };
    expect(parseOptions([], variables)).toMatchObject({
      environment: 'production',
      region: 'eu-west-1',
    });
    const args = ['--environment', 'dev', '--region', 'us-east-1'];
    expect(parseOptions(args, variables)).toMatchObject({
      environment: 'development',
      region: 'us-east-1',
    });
  });

  it('returns undefined for --help', () => {
    expect(parseOptions(['--help'], {})).toBeUndefined();
  });

  it('formats a failure in three parts', () => {
    const lines = formatFailure(new Failure('A.', 'b\nc', 'd')).split('\n');
    expect(lines).toEqual(['FAILED: A.', '  why:  b', '        c', '  do:   d']);
  });
});
