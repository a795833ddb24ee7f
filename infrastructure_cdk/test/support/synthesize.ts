import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import cdkJson from '../../cdk.json' with { type: 'json' };
import { buildApp, type CarthubStacks } from '../../lib/build-app.ts';
import {
  type CarthubConfig,
  type EnvironmentName,
  type ParsedConfig,
  parseConfig,
} from '../../lib/config/config.ts';

export const scratchFolder = process.env.CARTHUB_TEST_SCRATCH ?? tmpdir();
export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;
export type StackName = keyof CarthubStacks;

/** Passes the same feature flags as the CDK command line, so that tests see what is deployed. */
export function newApp(): App {
  return new App({
    context: cdkJson.context,
    outdir: mkdtempSync(join(scratchFolder, 'out-')),
  });
}

function configured(parsed: ParsedConfig): CarthubConfig {
  if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
  return parsed.config;
}

function configOf(environment: EnvironmentName, options: Partial<CarthubConfig> = {}) {
  const required =
    environment === 'production'
      ? { alarmEmail: 'operator@example.com', hostName: 'shop.example.com' }
      : {};
  return { ...configured(parseConfig({ environment, ...required })), ...options };
}

/** A separate app, for a test that changes it or its inputs. */
export function build(environment: EnvironmentName, options: Partial<CarthubConfig> = {}) {
  const app = newApp();
  return { app, ...buildApp(app, configOf(environment, options)) };
}

const templates = new Map<string, Template>();

/** The template of a stack with the default inputs. Shared between tests, which must not change it. */
export function templateOf(environment: EnvironmentName, stackName: StackName): Template {
  const key = `${environment} ${stackName}`;
  const known = templates.get(key);
  if (known) return known;
  const { app, ...stacks } = build(environment);
  for (const [name, stack] of Object.entries(stacks))
    templates.set(`${environment} ${name}`, Template.fromStack(stack));
  return templateOf(environment, stackName);
}
