import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { scratchFolder } from '../support/synthesize.ts';

const packageFolder = fileURLToPath(new URL('../..', import.meta.url));

/** Runs the app as the CDK command line does: context and output folder by variable. */
function run(variables: Record<string, string>, context: Record<string, string> = {}) {
  const outdir = mkdtempSync(join(scratchFolder, 'out-'));
  const { status, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'bin/carthub.ts'], {
    cwd: packageFolder,
    encoding: 'utf8',
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdkJson.context, ...context }),
      ...variables,
    },
  });
  return { status, stderr, outdir };
}

describe('bin/carthub.ts', () => {
  it('refuses context that is no input, which would have no effect', () => {
    const { status, stderr, outdir } = run({}, { natGateway: '3' });
    expect(status).toBe(1);
    expect(stderr).toContain('natGateway is not an input: did you mean natGateways?');
    expect(readdirSync(outdir)).toEqual([]);
  });

  it('reads context and variables, and context wins', () => {
    const { status, outdir } = run(
      {
        CARTHUB_ENVIRONMENT: 'development',
        CARTHUB_ACCOUNT: '012345678901',
        CARTHUB_ALARM_EMAIL: 'operator@example.com',
        CARTHUB_HOST_NAME: 'shop.example.com',
      },
      { environment: 'production', region: 'eu-west-1' },
    );
    expect(status).toBe(0);
    const manifest = JSON.parse(readFileSync(join(outdir, 'manifest.json'), 'utf8'));
    expect(manifest.artifacts.MicroservicesCicdStack).toMatchObject({
      environment: 'aws://012345678901/eu-west-1',
      properties: { terminationProtection: true },
    });
  });

  it('fails with every problem and writes no template', () => {
    const { status, stderr, outdir } = run({
      CARTHUB_ENVIRONMENT: 'test',
      CARTHUB_REGION: 'mars',
      CARTHUB_ACCOUNT: '1',
      CARTHUB_NATGATEWAYS: '3',
    });
    expect(status).toBe(1);
    expect(stderr.split('\n')).toEqual([
      'Carthub cannot be synthesized:',
      expect.stringContaining('did you mean CARTHUB_NAT_GATEWAYS?'),
      expect.stringContaining('environment is "test"'),
      expect.stringContaining('region is "mars"'),
      expect.stringContaining('account is "1"'),
      '',
    ]);
    expect(readdirSync(outdir)).toEqual([]);
  });
});
