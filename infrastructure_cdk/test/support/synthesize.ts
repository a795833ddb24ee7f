import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { afterAll } from 'vitest';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { buildApp } from '../../lib/build-app.ts';
import type { CarthubConfig, EnvironmentName } from '../../lib/config.ts';

/** Removed when the test file that imports this module is done. */
export const scratchFolder = mkdtempSync(join(tmpdir(), 'carthub-cdk-'));
afterAll(() => rmSync(scratchFolder, { recursive: true }));

/** With the feature flags the CDK command line would pass, so tests see what is deployed. */
export function newApp(): App {
  return new App({
    context: cdkJson.context,
    outdir: mkdtempSync(join(scratchFolder, 'out-')),
  });
}

export function build(environmentName: EnvironmentName, options: Partial<CarthubConfig> = {}) {
  const app = newApp();
  const stack = buildApp(app, { environmentName, region: 'us-west-2', ...options });
  return { app, stack, template: Template.fromStack(stack) };
}
