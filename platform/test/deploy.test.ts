import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromRoot } from '../src/targets.ts';

// A fake kubectl: it records its arguments and answers as a cluster would.
const KUBECTL = `#!/bin/sh
echo "$*" >>"$CALLS"
[ "$1" != apply ] || cat "$3" >>"$CALLS"
case "$*" in
  kustomize*)
    echo 'destination: s3://carthub-production-backups-ACCOUNT/carthub'
    echo '  name: database-migrate-2.0.0' ;;
  *'get job.batch/'*) if grep -q '^apply' "$CALLS"; then echo "$JOB_STATE"; else echo "$JOB_BEFORE"; fi ;;
  *"rollout status deployment/$STUCK-"*) exit 1 ;;
esac
`;

interface Settings {
  /** The Job's conditions once it is applied. */
  readonly job: string;
  /** Of the same release's Job before. */
  readonly before?: string;
  readonly stuck?: string;
}

async function deploy(settings: Settings) {
  const directory = await mkdtemp(join(tmpdir(), 'carthub-deploy-'));
  try {
    const [kubectl, calls] = [join(directory, 'kubectl'), join(directory, 'calls')];
    await writeFile(kubectl, KUBECTL);
    await chmod(kubectl, 0o755);
    const exitCode = await new Promise((resolve) => {
      execFile(
        fromRoot('platform/deploy.sh'),
        ['production'],
        {
          env: {
            ...process.env,
            KUBECTL: kubectl,
            CALLS: calls,
            POLL_SECONDS: '0',
            CARTHUB_ACCOUNT: '000000000000',
            JOB_STATE: settings.job,
            JOB_BEFORE: settings.before ?? '',
            STUCK: settings.stuck ?? 'none',
          },
        },
        (error) => resolve(error?.code ?? 0),
      );
    });
    const lines = (await readFile(calls, 'utf8')).trimEnd().split('\n');
    const isContent = (line: string) => /^(destination| +name): /.test(line);
    return {
      exitCode,
      calls: lines.filter((line) => !isContent(line)).map(shorten),
      applied: [...new Set(lines.filter((line) => line.startsWith('destination: ')))],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Without file names and timeouts. */
function shorten(call: string): string {
  const [, selector] = /apply .* -l (.*) -o name/.exec(call) ?? [];
  if (selector) return `apply ${selector.replace('app.kubernetes.io/', '')}`;
  return call.replace('-n shopping-cart ', '').replace(/ (-o|--timeout|--tail|--ignore).*/, '');
}

const GET = 'get job.batch/database-migrate-2.0.0';
const APPLY = 'apply name notin (backend, worker, frontend)';
const BEFORE = ['kustomize overlays/production', GET, APPLY, GET];
const BACKEND = ['apply name=backend', 'rollout status deployment/backend-deployment'];
const WORKER = ['apply name=worker', 'rollout status deployment/worker-deployment'];
const FRONTEND = ['apply name=frontend', 'rollout status deployment/frontend-deployment'];

it('migrates, then rolls out the backend, its worker and the storefront', async () => {
  const { exitCode, calls, applied } = await deploy({ job: 'Complete' });
  expect(calls).toEqual([...BEFORE, ...BACKEND, ...WORKER, ...FRONTEND]);
  expect(applied).toEqual(['destination: s3://carthub-production-backups-000000000000/carthub']);
  expect(exitCode).toBe(0);
});

it('changes no service when the migration fails', async () => {
  const { exitCode, calls } = await deploy({ job: 'FailureTarget Failed' });
  expect(calls).toEqual([...BEFORE, 'logs job.batch/database-migrate-2.0.0']);
  expect(exitCode).toBe(1);
});

it('begins a migration anew that failed in an earlier run', async () => {
  const { exitCode, calls } = await deploy({ before: 'FailureTarget Failed', job: 'Complete' });
  const [kustomize] = BEFORE;
  expect(calls.slice(0, 5)).toEqual([
    kustomize,
    GET,
    'delete job.batch/database-migrate-2.0.0',
    APPLY,
    GET,
  ]);
  expect(exitCode).toBe(0);
});

it('rolls back a backend that does not become ready, and keeps the storefront', async () => {
  const { exitCode, calls } = await deploy({ job: 'Complete', stuck: 'backend' });
  expect(calls).toEqual([...BEFORE, ...BACKEND, 'rollout undo deployment/backend-deployment']);
  expect(exitCode).toBe(1);
});
