import { describe, expect, it } from 'vitest';
import { Failure, formatFailure } from '../../src/failure.ts';
import { parseOptions } from '../../src/options.ts';

function refusal(...args: string[]): Failure {
  try {
    parseOptions(args);
  } catch (error) {
    if (error instanceof Failure) return error;
  }
  throw new Error('It was not refused.');
}

describe('options', () => {
  it('takes dev for development, and has a default for each', () => {
    expect(parseOptions(['--environment', 'dev'])).toMatchObject({
      environment: 'development',
      region: 'us-west-2',
      stackName: 'MicroservicesCicdStack',
      dryRun: false,
      yes: false,
    });
  });

  it('says all that is wrong at once, with exit code 2', () => {
    const failure = refusal(
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

  it('refuses what it does not know, and inputs that have an option', () => {
    expect(refusal('--dryrun').exitCode).toBe(2);
    expect(refusal('--context', 'region=eu-west-1').why).toContain('has an option');
  });

  it('wants the host name of production, which is its TLS', () => {
    expect(refusal('--environment', 'production').why).toContain('hostName');
    const named = ['--environment', 'production', '--context', 'hostName=shop.example.com'];
    expect(parseOptions(named)).toMatchObject({ environment: 'production' });
    expect(parseOptions(['--environment', 'production', '--destroy'])).toBeDefined();
  });

  it('knows --help', () => {
    expect(parseOptions(['--help'])).toBeUndefined();
  });

  it('tells a failure in three parts', () => {
    const lines = formatFailure(new Failure('A.', 'b\nc', 'd')).split('\n');
    expect(lines).toEqual(['FAILED: A.', '  why:  b', '        c', '  do:   d']);
  });
});
