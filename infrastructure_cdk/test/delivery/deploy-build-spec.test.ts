import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Stack } from 'aws-cdk-lib';
import { describe, expect, it } from 'vitest';
import { deployBuildSpec } from '../../lib/constructs/delivery/deploy-build-spec.ts';
import type { Service } from '../../lib/constructs/delivery/service-repository.ts';
import { newApp, scratchFolder } from '../support/synthesize.ts';

function commandsOf(service: Service): string[] {
  const stack = new Stack(newApp(), 'Test');
  const spec = JSON.parse(stack.resolve(deployBuildSpec(service).toBuildSpec()));
  return spec.phases.build.commands;
}

/**
 * Runs the build phase in bash with a fake kubectl, and returns kubectl's calls.
 * @param answers lines of a shell `case` on kubectl's arguments
 */
function deploy(service: Service, answers: string) {
  const folder = mkdtempSync(join(scratchFolder, 'deploy-'));
  const bin = join(folder, 'bin');
  const calls = join(folder, 'calls');
  mkdirSync(bin);
  writeFileSync(join(folder, 'image-tag'), 'c0ffee');
  const program = (name: string, body: string) => {
    writeFileSync(join(bin, name), `#!/bin/bash\necho "${name} $*" >> "${calls}"\n${body}\n`);
    chmodSync(join(bin, name), 0o755);
  };
  program('kubectl', `case "$*" in\n${answers}\nesac`);
  program('aws', 'echo manifest');
  program('sleep', '');
  const { status } = spawnSync('bash', ['-ec', commandsOf(service).join('\n')], {
    cwd: folder,
    env: { PATH: `${bin}:${process.env.PATH}`, NAMESPACE: 'shopping-cart', REPOSITORY_NAME: 'r' },
    timeout: 30_000,
  });
  return { status, calls: readFileSync(calls, 'utf8') };
}

/** A wait that never ends, like kubectl's for a condition that does not occur. */
const FOR_EVER = 'exec /bin/sleep 20';

describe('deploying the backend', () => {
  it('applies, waits until the pods are and stay ready, and tags the image', () => {
    const { status, calls } = deploy('backend', '*) ;;');
    expect(status).toBe(0);
    expect(calls.split('\n').map((call) => call.split(' ').slice(0, 3).join(' '))).toEqual([
      'kubectl apply --namespace',
      'kubectl rollout status',
      'sleep 30',
      'kubectl rollout status',
      'aws ecr batch-get-image',
      'aws ecr put-image',
      '',
    ]);
    expect(calls).toContain('release-c0ffee');
  });

  it('rolls back a rollout that does not become ready, and tags nothing', () => {
    const { status, calls } = deploy('backend', '*status*) exit 1;;');
    expect(status).not.toBe(0);
    expect(calls).toContain('rollout undo');
    expect(calls).not.toContain('put-image');
  });
});

describe('deploying the database', () => {
  it('waits for the migration of this release', () => {
    const { status, calls } = deploy('database', `*=failed*) ${FOR_EVER};;`);
    expect(status).toBe(0);
    expect(calls).toContain('job/database-migrate-c0ffee');
    expect(calls).toContain('put-image');
  });

  it('fails as soon as the migration fails, and prints its log', () => {
    const { status, calls } = deploy('database', `*=complete*) ${FOR_EVER};;`);
    expect(status).not.toBe(0);
    expect(calls).toContain('kubectl logs');
    expect(calls).not.toContain('put-image');
  });

  it('fails if the migration does not end in time', () => {
    const { status, calls } = deploy('database', '*wait*) exit 1;;');
    expect(status).not.toBe(0);
    expect(calls).not.toContain('put-image');
  });
});
