import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/build-app.ts';
import { INPUTS, parseConfig } from '../lib/config.ts';

// Otherwise an empty assembly would be written even when the inputs are refused.
const app = new App({ autoSynth: false });

function read(name: keyof typeof INPUTS): unknown {
  return app.node.tryGetContext(name) ?? process.env[INPUTS[name].variable];
}

const parsed = parseConfig({
  environment: read('environment'),
  region: read('region'),
  account: read('account'),
});
if (parsed.ok) {
  buildApp(app, parsed.config);
  app.synth();
} else {
  console.error(['Carthub cannot be synthesized:', ...parsed.problems].join('\n  '));
  process.exitCode = 1;
}
