import type { Deployment, Manifest } from './kinds.ts';

interface PodNumbers {
  readonly least: number;
  readonly most: number;
}

/**
 * By the autoscaler, else by the Deployment, whose default is 1. An autoscaler's minimum is 1 by default (Kubernetes API
 * reference, HorizontalPodAutoscalerSpec).
 */
export function podNumbers(manifests: readonly Manifest[], deployment: Deployment): PodNumbers {
  const autoscaler = manifests
    .filter((each) => each.kind === 'HorizontalPodAutoscaler')
    .find(({ spec }) => spec.scaleTargetRef.name === deployment.metadata.name);
  const { replicas = 1 } = deployment.spec;
  if (!autoscaler) return { least: replicas, most: replicas };
  const { minReplicas = 1, maxReplicas } = autoscaler.spec;
  return { least: minReplicas, most: maxReplicas };
}
