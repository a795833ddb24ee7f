import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { estimateAssembly } from '../../cost/estimate/assembly.ts';
import { configOf, estimate } from '../../cost/estimate/estimate.ts';
import { buildApp } from '../../lib/build-app.ts';

const REGION = 'us-west-2';

test.each([
  ['development', {}],
  ['production', { compute: 'graviton', natGateways: 2, interfaceEndpoints: true }],
] as const)('prices the written templates of %s as the inputs do', (environment, options) => {
  const config = configOf(environment, REGION, { hostName: 'shop.example.com', ...options });
  const outdir = mkdtempSync(join(tmpdir(), 'carthub-assembly-'));
  try {
    const app = new App({ context: cdkJson.context, outdir });
    buildApp(app, config);
    app.synth();
    const written = estimateAssembly(outdir, environment, REGION);
    expect(written.totalMicros).toBe(estimate(config).totalMicros);
    expect(written.lines.length).toBeGreaterThan(20);
  } finally {
    rmSync(outdir, { recursive: true });
  }
});
