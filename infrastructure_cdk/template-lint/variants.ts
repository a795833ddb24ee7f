import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import cdkJson from '../cdk.json' with { type: 'json' };
import { buildApp } from '../lib/build-app.ts';
import { parseConfig } from '../lib/config/config.ts';
import type { RawInputs } from '../lib/config/inputs.ts';

/** Both environments, and inputs that create other resources. */
const VARIANTS: Readonly<Record<string, RawInputs>> = {
  development: {},
  production: {
    environment: 'production',
    hostName: 'shop.example.com',
    alarmEmail: 'operator@example.com',
  },
  restricted: {
    environment: 'production',
    hostName: 'shop.example.com',
    alarmEmail: 'operator@example.com',
    clusterEndpoint: '192.0.2.0/24',
    interfaceEndpoints: 'yes',
  },
  graviton: { compute: 'graviton', natGateways: '2' },
  spot: { compute: 'spot', imageScanning: 'enhanced', monitoring: 'yes' },
  github: {
    githubOwner: 'shop',
    githubConnection: 'arn:aws:codeconnections:us-west-2:012345678901:connection/x',
    githubActions: 'shop@1/carthub@2',
    alarmEmail: 'operator@example.com',
  },
};

/** @returns the template files of all variants */
export function synthesizeVariants(folder: string): string[] {
  return Object.entries(VARIANTS).flatMap(([name, inputs]) => {
    const parsed = parseConfig(inputs);
    if (!parsed.ok) throw new Error(parsed.problems.join('\n'));
    const outdir = join(folder, name);
    mkdirSync(outdir, { recursive: true });
    const app = new App({ context: cdkJson.context, outdir });
    buildApp(app, parsed.config);
    app.synth();
    return readdirSync(outdir)
      .filter((file) => file.endsWith('.template.json'))
      .map((file) => join(outdir, file));
  });
}
