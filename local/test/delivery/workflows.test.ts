// .github/workflows: valid for GitHub, without rights that they do not need, and with the gates of buildspec.yml.

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { validateWorkflow } from '@action-validator/core';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';

const ROOT = join(import.meta.dirname, '../../..');
const WORKFLOWS = readdirSync(join(ROOT, '.github/workflows'));
const SERVICES = ['backend', 'database', 'frontend'];
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');

interface Step {
  readonly uses?: string;
  readonly run?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Job {
  readonly if?: string;
  readonly environment?: string;
  readonly permissions?: Readonly<Record<string, string>>;
  readonly steps?: readonly Step[];
  readonly uses?: string;
  readonly with?: Readonly<Record<string, string>>;
}

interface Workflow {
  readonly permissions?: object;
  readonly on: Readonly<Record<string, { readonly paths?: readonly string[] } | null>>;
  readonly jobs: Readonly<Record<string, Job>>;
}

const workflow = (name: string): Workflow => parse(read(`.github/workflows/${name}`));
const service = workflow('service.yml').jobs;
const commandsOf = (job: string) => (service[job]?.steps ?? []).flatMap(({ run }) => run ?? []);

/** JSON schema of schemastore.org, and globs of paths. */
function problemsOf(text: string): readonly unknown[] {
  return validateWorkflow(text).errors;
}

describe.each(WORKFLOWS)('the workflow %s', (name) => {
  it('is valid', () => {
    expect(problemsOf(read(`.github/workflows/${name}`))).toEqual([]);
  });

  it('has no rights except those that a job lists', () => {
    const { permissions, jobs } = workflow(name);
    expect(permissions).toEqual({});
    for (const job of Object.values(jobs)) {
      const { contents = 'read', 'id-token': token = 'write', ...others } = job.permissions ?? {};
      expect([contents, token, others]).toEqual(['read', 'write', {}]);
    }
  });

  it('names actions by commit, and by version for the reader', () => {
    const named = [...read(`.github/workflows/${name}`).matchAll(/uses: (.*)/g)].map(
      ([, action]) => action,
    );
    for (const action of named.filter((each) => !each?.startsWith('./')))
      expect(action).toMatch(/^[\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
  });
});

it.each([
  ['a misspelled key', 'runs-on:', 'run-on:'],
  ['an unknown right', 'contents: read', 'content: read'],
  ['a right that does not exist', 'contents: read', 'contents: all'],
])('the schema finds %s', (_, from, to) => {
  const text = read('.github/workflows/repository.yml');
  expect(text).toContain(from);
  expect(problemsOf(text.replace(from, to))).not.toEqual([]);
});

describe.each(SERVICES)('the %s', (name) => {
  const { phases, artifacts } = parse(read(`microservices/${name}/buildspec.yml`));
  const gates = Object.values<{ commands: string[] }>(phases).flatMap(({ commands }) => commands);

  it('passes the gates of its buildspec, and then its image does', () => {
    const { scripts } = JSON.parse(read(`microservices/${name}/package.json`));
    const ofJobs = [...commandsOf('gates'), ...commandsOf('image')]
      .map((command) => command.replace(' --if-present', ''))
      .filter((command) => command !== 'npm run performance' || scripts.performance)
      .filter((command) => !command.includes('>> "$GITHUB_'));
    expect(ofJobs.toSorted()).toEqual(gates.toSorted());
    const inOrder = (commands: readonly string[]) =>
      gates.filter((each) => commands.includes(each));
    for (const job of ['gates', 'image']) {
      const own = commandsOf(job).filter((command) => gates.includes(command));
      expect(own).toEqual(inOrder(own));
    }
  });

  it('leaves what the deploy stage takes', () => {
    const upload = service.image?.steps?.find(({ uses }) => uses?.includes('upload-artifact'));
    const files = upload?.with?.path?.trim().split('\n') ?? [];
    expect(files.map((file) => file.replace(/^\$\{\{ inputs.folder \}\}\//, ''))).toEqual([
      ...artifacts.files,
      'delivery/variables.sh',
    ]);
  });

  it('runs for its own folder, and delivers that', () => {
    const { on, jobs } = workflow(`${name}.yml`);
    for (const event of ['push', 'pull_request'])
      expect(on[event]?.paths).toContain(`microservices/${name}/**`);
    expect(jobs.service?.with).toMatchObject({ service: name, folder: `microservices/${name}` });
  });
});

describe('the delivery', () => {
  it('deploys with the commands of the deploy stage', () => {
    const stage = read('infrastructure_cdk/lib/constructs/delivery/deploy-build-spec.ts');
    const commands = commandsOf('deploy').filter((command) => !command.includes('>> "$GITHUB_'));
    expect(commands).toHaveLength(3);
    for (const command of commands) expect(stage).toContain(`'${command}'`);
  });

  it('assumes a role only after the gates, on main, and to deploy only in an environment', () => {
    expect(service.gates?.permissions).toEqual({ contents: 'read' });
    expect(service.image?.if).toContain("github.ref == 'refs/heads/main'");
    expect(service.image?.if).toContain("github.event_name == 'push'");
    expect(service.deploy?.environment).toMatch(/^\$\{\{ inputs.environment \}\}$/);
  });
});
