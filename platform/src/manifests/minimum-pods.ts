import type { Deployment, Manifest } from './kinds.ts';

/** The least number of pods: the autoscaler's, else the Deployment's own, whose default is 1. */
export function minimumPods(
  manifests: readonly Manifest[],
  { metadata, spec }: Deployment,
): number {
  const autoscaler = manifests
    .filter((each) => each.kind === 'HorizontalPodAutoscaler')
    .find((each) => each.spec.scaleTargetRef.name === metadata.name);
  return autoscaler?.spec.minReplicas ?? spec.replicas ?? 1;
}
