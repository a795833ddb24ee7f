// Writes metrics.json: the metrics at GET /metrics of the API and of the worker, for the checks of alert rules. The metrics process_* are left
// out, because they depend on the operating system.

import type { App } from '../src/http/app.ts';
import { generate } from './generated-file.ts';
import { buildOfflineApp, buildOfflineWorker } from './offline-app.ts';

async function read(app: App): Promise<string> {
  const { body } = await app.inject('/metrics');
  await app.close();
  return body;
}

const body = (await read(await buildOfflineApp())) + (await read(await buildOfflineWorker()));

const types = new Map(
  [...body.matchAll(/^# TYPE (\S+) (\S+)$/gm)].map(([, name = '', type = '']) => [name, type]),
);
const helps = new Map(
  [...body.matchAll(/^# HELP (\S+) (.*)$/gm)].map(([, name = '', help = '']) => [name, help]),
);
const metrics = [...helps]
  .map(([name, help]) => ({ name, type: types.get(name), help }))
  .filter(({ name }) => !name.startsWith('process_'))
  .sort((a, b) => a.name.localeCompare(b.name, 'en'));
await generate(
  new URL('../metrics.json', import.meta.url),
  `${JSON.stringify({ description: 'Written by "npm run metrics".', metrics }, null, 2)}\n`,
);
