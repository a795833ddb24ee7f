// The runbook's commands, read by the programs that they are for: a flag that does not exist is found here
// and not at night.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Command, commandsOf, hasPlaceholder, readRunbook } from '../src/runbook/commands.ts';
import { fromRoot, TARGETS } from '../src/targets.ts';
import type { ApiServer } from './support/api-server.ts';
import { startCluster } from './support/cluster.ts';

let server: ApiServer;

beforeAll(async () => {
  server = await startCluster();
  await server.kubectl.must(['create', 'namespace', 'observability']);
  await server.kubectl.run(['apply', '-k', fromRoot(TARGETS.production ?? '')]);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
});

const listed = (program: string) =>
  commandsOf(program, readRunbook())
    .filter((command) => !command.includes('…'))
    .map((command) => [command.join(' '), command] as const);
const kubectl = listed('kubectl');

/** What a cluster without nodes can answer. */
function isAnswered(command: Command): boolean {
  return ['get', 'describe', 'patch'].includes(command[1] ?? '') && !hasPlaceholder(command);
}

/** Without the wait for pods, which no node will run. */
const HURRY: Readonly<Record<string, readonly string[]>> = {
  exec: ['--pod-running-timeout=1s'],
  logs: ['--pod-running-timeout=1s'],
  'rollout status': ['--watch=false'],
};

function words([, ...args]: Command): string[] {
  const flags = Object.entries(HURRY).find(([verb]) => args.join(' ').startsWith(`${verb} `))?.[1];
  const verbs = args[0] === 'rollout' ? 2 : 1;
  const all = [...args.slice(0, verbs), ...(flags ?? []), ...args.slice(verbs)];
  return args.includes('-n') ? all : ['-n', 'shopping-cart', ...all];
}

it.each(kubectl.filter(([, command]) => isAnswered(command)))(
  '%s: is answered',
  async (_text, command) => {
    const { exitCode, err } = await server.kubectl.run(words(command));
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
  },
);

it.each(kubectl.filter(([, command]) => !isAnswered(command)))(
  '%s: is understood',
  async (_text, command) => {
    const { err } = await server.kubectl.run([...words(command), '--request-timeout=5s']);
    expect(err).not.toMatch(/unknown (flag|shorthand|command)|invalid argument|required|Usage/i);
    expect(err).not.toContain("the server doesn't have a resource type");
  },
);

/** Of PyPI's awscli; it knows every parameter, and here it reaches nobody. */
const aws = fromRoot('.carthub/aws/bin/aws');

// `logs tail` is of version 2, which PyPI does not have; test/runbook.test.ts knows the names of the groups.
it.each(listed('aws').filter(([text]) => !text.startsWith('aws logs tail ')))(
  '%s: is understood',
  (_text, [, ...args]) => {
    expect(existsSync(aws)).toBe(true);
    const { status, stderr } = spawnSync(aws, [...args], {
      encoding: 'utf8',
      env: {
        PATH: process.env.PATH,
        AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
        AWS_MAX_ATTEMPTS: '1',
        AWS_ACCESS_KEY_ID: 'drill',
        AWS_SECRET_ACCESS_KEY: 'drill',
        AWS_DEFAULT_REGION: 'us-west-2',
      },
    });
    // 252: the command line is wrong. 255 and 254: it was sent, and nobody was there.
    expect({ status, stderr }).toMatchObject({
      stderr: expect.stringContaining('Could not connect to the endpoint URL'),
    });
  },
);

it('a wrong flag is found', async () => {
  const { err } = await server.kubectl.run(['get', 'pods', '--no-such-flag']);
  expect(err).toMatch(/unknown flag/);
});
