import { App } from 'aws-cdk-lib';
import { buildApp } from '../lib/build-app.ts';
import { parseConfig } from '../lib/config/config.ts';
import { INPUTS } from '../lib/config/inputs.ts';
import { unknownInputs } from '../lib/config/unknown-inputs.ts';

// Without this the app would write an empty assembly even if the inputs are invalid.
const app = new App({ autoSynth: false });

const inputs = Object.entries(INPUTS).map(([name, { variable }]): [string, unknown] => [
  name,
  app.node.tryGetContext(name) ?? process.env[variable],
]);
const parsed = parseConfig(Object.fromEntries(inputs));
const unknown = unknownInputs(Object.keys(app.node.getAllContext()), Object.keys(process.env));
if (parsed.ok && unknown.length === 0) {
  buildApp(app, parsed.config);
  app.synth();
} else {
  const problems = [...unknown, ...(parsed.ok ? [] : parsed.problems)];
  console.error(['Carthub cannot be synthesized:', ...problems].join('\n  '));
  process.exitCode = 1;
}
