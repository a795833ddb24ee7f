// Runs the commands of the runbook and of the manual deployment with the real kubectl and aws, so that an invalid flag is
// found here.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import {
  type Command,
  commandsOf,
  expand,
  hasPlaceholder,
  readManualDeployment,
  readRunbook,
} from '../src/runbook/commands.ts';
import { fromRoot, TARGETS } from '../src/targets.ts';
import type { ApiServer } from './support/api-server.ts';
import { startCluster } from './support/cluster.ts';

let server: ApiServer;
/** Where the reader of the runbook is. */
const directory = mkdtempSync(join(tmpdir(), 'carthub-runbook-'));

beforeAll(async () => {
  server = await startCluster();
  await server.kubectl.must(['create', 'namespace', 'observability']);
  await server.kubectl.run(['apply', '-k', fromRoot(TARGETS.production ?? '')]);
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  rmSync(directory, { recursive: true });
});

const listed = (program: string) =>
  commandsOf(program, `${readRunbook()}\n${readManualDeployment()}`)
    .filter((command) => !command.includes('…'))
    .flatMap((command) => expand(command, 'service', ['backend']))
    .map((command) => [command.join(' '), command] as const);
const kubectl = listed('kubectl');

/** Commands that succeed on a cluster without nodes. */
function canSucceed(command: Command): boolean {
  return ['get', 'describe', 'patch'].includes(command[1] ?? '') && !hasPlaceholder(command);
}

/** Flags that avoid waiting for pods, because there are no nodes. */
const NO_WAIT: Readonly<Record<string, readonly string[]>> = {
  exec: ['--pod-running-timeout=1s'],
  logs: ['--pod-running-timeout=1s'],
  'rollout status': ['--watch=false'],
};

function words([, ...args]: Command): string[] {
  const flags = Object.entries(NO_WAIT).find(([verb]) =>
    args.join(' ').startsWith(`${verb} `),
  )?.[1];
  const verbs = args[0] === 'rollout' ? 2 : 1;
  const all = [...args.slice(0, verbs), ...(flags ?? []), ...args.slice(verbs)];
  return args.includes('-n') ? all : ['-n', 'shopping-cart', ...all];
}

it.each(kubectl.filter(([, command]) => canSucceed(command)))(
  '%s: succeeds',
  async (_text, command) => {
    const { exitCode, err } = await server.kubectl.run(words(command));
    expect({ exitCode, err }).toMatchObject({ exitCode: 0 });
  },
);

it.each(kubectl.filter(([, command]) => !canSucceed(command)))(
  '%s: is valid',
  async (_text, command) => {
    const { err } = await server.kubectl.run([...words(command), '--request-timeout=5s']);
    expect(err).not.toMatch(/unknown (flag|shorthand|command)|invalid argument|required|Usage/i);
    expect(err).not.toContain("the server doesn't have a resource type");
  },
);

/** awscli from PyPI. It validates every parameter, and its endpoint is unreachable here. */
const aws = fromRoot('.carthub/aws/bin/aws');

// `logs tail` needs version 2, which PyPI does not have; test/runbook.test.ts checks the group names.
it.each(listed('aws').filter(([text]) => !text.startsWith('aws logs tail ')))(
  '%s: is valid',
  (_text, [, ...args]) => {
    expect(existsSync(aws)).toBe(true);
    // Arguments that name a file of the reader's.
    for (const arg of args) {
      if (arg.startsWith('file://')) writeFileSync(join(directory, arg.slice(7)), '{}');
    }
    const { status, stderr } = spawnSync(aws, [...args], {
      cwd: directory,
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
    // A wrong command line fails before aws connects.
    expect({ status, stderr }).toMatchObject({
      stderr: expect.stringContaining('Could not connect to the endpoint URL'),
    });
  },
);

it('an invalid flag fails', async () => {
  const { err } = await server.kubectl.run(['get', 'pods', '--no-such-flag']);
  expect(err).toMatch(/unknown flag/);
});
