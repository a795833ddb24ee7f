import { execFile } from 'node:child_process';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { fromRoot } from '../../src/targets.ts';
import type { MovingCluster } from './moving-cluster.ts';

type Service = 'database' | 'backend' | 'frontend';

/** An unready pod's Deployment fails after this, instead of its 300 s. */
const PROGRESS_DEADLINE_SECONDS = 20;

/** Production's manifests in a directory of their own, and deploy.sh, which deploys them. */
export interface Releases extends AsyncDisposable {
  /** Sets the images' tags, as a release does with `kustomize edit set image`, and runs deploy.sh. */
  readonly deploy: (tags: Partial<Readonly<Record<Service, string>>>) => Promise<Deployment>;
}

interface Deployment {
  readonly exitCode: number;
  readonly output: string;
}

interface Kustomization {
  readonly images: { readonly name: string; newTag: string }[];
  readonly patches: object[];
}

export async function prepareReleases(cluster: MovingCluster): Promise<Releases> {
  const root = await mkdtemp(join(tmpdir(), 'carthub-releases-'));
  const parts = ['platform/deploy.sh', 'platform/overlays', 'platform/components'];
  const bases = ['database', 'backend', 'frontend'].map((name) => `microservices/${name}/k8s`);
  for (const part of [...parts, ...bases])
    await cp(fromRoot(part), join(root, part), { recursive: true });

  const overlay = join(root, 'platform/overlays/production/kustomization.yaml');
  const edit = async (change: (kustomization: Kustomization) => void) => {
    const kustomization: Kustomization = parse(await readFile(overlay, 'utf8'));
    change(kustomization);
    await writeFile(overlay, stringify(kustomization));
  };
  await edit(({ patches }) => patches.push(DEADLINE));

  return {
    deploy: async (tags) => {
      await edit(({ images }) => {
        for (const image of images) {
          const tag = tags[image.name.replace('carthub/', '') as Service];
          if (tag) image.newTag = tag;
        }
      });
      return run(join(root, 'platform/deploy.sh'), cluster.kubeconfig);
    },
    [Symbol.asyncDispose]: () => rm(root, { recursive: true, force: true }),
  };
}

const DEADLINE = {
  target: { kind: 'Deployment' },
  patch: JSON.stringify([
    { op: 'replace', path: '/spec/progressDeadlineSeconds', value: PROGRESS_DEADLINE_SECONDS },
  ]),
};

function run(script: string, kubeconfig: string): Promise<Deployment> {
  const env = {
    ...process.env,
    KUBECTL: fromRoot('.carthub/bin/kubectl'),
    KUBECONFIG: kubeconfig,
    CARTHUB_ACCOUNT: '000000000000',
    POLL_SECONDS: '1',
  };
  return new Promise((resolve) => {
    execFile(script, ['production'], { env }, (error, out, err) =>
      resolve({ exitCode: error ? Number(error.code ?? 1) : 0, output: `${out}${err}` }),
    );
  });
}
