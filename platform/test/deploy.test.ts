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
  kustomize*) echo 'destination: s3://carthub-production-backups-ACCOUNT/carthub' ;;
  *'notin (backend, frontend)'*) printf '%s\\n' namespace/shopping-cart job.batch/database-migrate-2.0.0 ;;
  *'get job.batch/'*) echo "$JOB_STATE" ;;
  *"rollout status deployment/$STUCK-"*) exit 1 ;;
esac
`;

async function deploy(settings: { readonly job: string; readonly stuck?: string }) {
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
            STUCK: settings.stuck ?? 'none',
          },
        },
        (error) => resolve(error?.code ?? 0),
      );
    });
    const lines = (await readFile(calls, 'utf8')).trimEnd().split('\n');
    const isContent = (line: string) => line.startsWith('destination: ');
    return {
      exitCode,
      calls: lines.filter((line) => !isContent(line)).map(shorten),
      applied: [...new Set(lines.filter(isContent))],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Without file names and timeouts. */
function shorten(call: string): string {
  const [, selector] = /apply .* -l (.*) -o name/.exec(call) ?? [];
  if (selector) return `apply ${selector.replace('app.kubernetes.io/', '')}`;
  return call.replace('-n shopping-cart ', '').replace(/ (-o|--timeout|--tail).*/, '');
}

const BEFORE = [
  'kustomize overlays/production',
  'apply name notin (backend, frontend)',
  'get job.batch/database-migrate-2.0.0',
];
const BACKEND = ['apply name=backend', 'rollout status deployment/backend-deployment'];
const FRONTEND = ['apply name=frontend', 'rollout status deployment/frontend-deployment'];

it('migrates, then rolls out the backend, then the storefront', async () => {
  const { exitCode, calls, applied } = await deploy({ job: 'Complete' });
  expect(calls).toEqual([...BEFORE, ...BACKEND, ...FRONTEND]);
  expect(applied).toEqual(['destination: s3://carthub-production-backups-000000000000/carthub']);
  expect(exitCode).toBe(0);
});

it('changes no service when the migration fails', async () => {
  const { exitCode, calls } = await deploy({ job: 'FailureTarget Failed' });
  expect(calls).toEqual([...BEFORE, 'logs job.batch/database-migrate-2.0.0']);
  expect(exitCode).toBe(1);
});

it('rolls back a backend that does not become ready, and keeps the storefront', async () => {
  const { exitCode, calls } = await deploy({ job: 'Complete', stuck: 'backend' });
  expect(calls).toEqual([...BEFORE, ...BACKEND, 'rollout undo deployment/backend-deployment']);
  expect(exitCode).toBe(1);
});
