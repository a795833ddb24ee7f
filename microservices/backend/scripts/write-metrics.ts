// Writes metrics.json: the metrics at GET /metrics, for the checks of alert rules. The metrics process_* are left
// out, because they depend on the operating system.

import { generate } from './generated-file.ts';
import { buildOfflineApp } from './offline-app.ts';

const app = await buildOfflineApp();
const { body } = await app.inject('/metrics');
await app.close();

const types = new Map(
  [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
);
const metrics = [...body.matchAll(/^# HELP (\S+) (.*)$/gm)]
  .map(([, name = '', help = '']) => ({ name, type: types.get(name), help }))
  .filter(({ name }) => !name.startsWith('process_'))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));
await generate(
  new URL('../metrics.json', import.meta.url),
  `${JSON.stringify({ description: 'Written by "npm run metrics".', metrics }, null, 2)}\n`,
);
