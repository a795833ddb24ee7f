// Timeouts that depend on each other when pods start and stop, and the deadlines of Jobs.

import type { Manifest } from '../../manifests/kinds.ts';
import { inDeployment } from './deployment.ts';
import { findDisruptionProblems } from './disruption.ts';
import { inIngress } from './ingress.ts';
import { inCronJob, inJob } from './jobs.ts';

export function findLifecycleProblems(manifests: readonly Manifest[]): string[] {
  return manifests.flatMap((manifest) => {
    const problems = inObject(manifests, manifest);
    return problems.map((problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`);
  });
}

function inObject(manifests: readonly Manifest[], manifest: Manifest): string[] {
  if (manifest.kind === 'Deployment')
    return [...inDeployment(manifests, manifest), ...findDisruptionProblems(manifests, manifest)];
  if (manifest.kind === 'Ingress') return inIngress(manifests, manifest);
  if (manifest.kind === 'Job') return inJob(manifest);
  if (manifest.kind === 'CronJob') return inCronJob(manifest);
  return [];
}
