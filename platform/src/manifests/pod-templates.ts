import type { CronJob, Deployment, Job, Manifest } from './kinds.ts';
import type { PodTemplate } from './pod.ts';

export interface OwnedTemplate {
  readonly owner: CronJob | Deployment | Job;
  readonly template: PodTemplate;
}

/** The pod templates of all workloads. */
export function podTemplates(manifests: readonly Manifest[]): OwnedTemplate[] {
  return manifests.flatMap((owner): OwnedTemplate[] => {
    if (owner.kind === 'Deployment' || owner.kind === 'Job') {
      return [{ owner, template: owner.spec.template }];
    }
    if (owner.kind === 'CronJob') {
      return [{ owner, template: owner.spec.jobTemplate.spec.template }];
    }
    return [];
  });
}
