import { execFile } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { fromRoot } from '../src/targets.ts';

// Not a cluster: it writes down what it is asked, and answers as a cluster would in that case.
const KUBECTL = `#!/bin/sh
echo "$*" >>"$CALLS"
[ "$1" != apply ] || cat "$3" >>"$CALLS"
case "$*" in
  kustomize*) echo 'place: s3://carthub-production-backups-ACCOUNT/carthub' ;;
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
    const isContent = (line: string) => line.startsWith('place: ');
    return {
      exitCode,
      asked: lines.filter((line) => !isContent(line)).map(shorten),
      applied: [...new Set(lines.filter(isContent))],
    };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

/** Without the file's name and other noise. */
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

it('migrates, then rolls the backend out, then the storefront', async () => {
  const { exitCode, asked, applied } = await deploy({ job: 'Complete' });
  expect(asked).toEqual([...BEFORE, ...BACKEND, ...FRONTEND]);
  expect(applied).toEqual(['place: s3://carthub-production-backups-000000000000/carthub']);
  expect(exitCode).toBe(0);
});

it('touches no service when the migration has failed', async () => {
  const { exitCode, asked } = await deploy({ job: 'FailureTarget Failed' });
  expect(asked).toEqual([...BEFORE, 'logs job.batch/database-migrate-2.0.0']);
  expect(exitCode).toBe(1);
});

it('takes a backend back that does not become ready, and leaves the storefront alone', async () => {
  const { exitCode, asked } = await deploy({ job: 'Complete', stuck: 'backend' });
  expect(asked).toEqual([...BEFORE, ...BACKEND, 'rollout undo deployment/backend-deployment']);
  expect(exitCode).toBe(1);
});
