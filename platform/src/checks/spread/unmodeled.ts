// What the model of the spread over zones leaves out, so that a manifest with it must be refused; and what the API server
// refuses (kubernetes, pkg/apis/core/validation/validation.go, validateTopologySpreadConstraints).

import type { Deployment, Manifest } from '../../manifests/kinds.ts';
import type { LabelSelector } from '../../manifests/metadata.ts';
import type { PodSpec, SpreadConstraint } from '../../manifests/pod.ts';
import { podTemplates } from '../../manifests/pod-templates.ts';
import { selects } from '../../manifests/select.ts';

export const ZONE = 'topology.kubernetes.io/zone';
export const HOST = 'kubernetes.io/hostname';

export function findUnmodeled(manifests: readonly Manifest[], deployment: Deployment): string[] {
  const { spec } = deployment.spec.template;
  const constraints = spec.topologySpreadConstraints ?? [];
  return [
    ...inStrategy(deployment),
    ...inPlacement(spec),
    ...[ZONE, HOST]
      .filter((key) => constraints.filter(({ topologyKey }) => topologyKey === key).length > 1)
      .map((key) => `has several constraints on ${key}`),
    ...constraints.flatMap((constraint) => [
      ...inConstraint(constraint),
      ...inSelector(manifests, deployment, constraint),
    ]),
  ];
}

/** The defaults are RollingUpdate, and 25% for maxUnavailable (Kubernetes, "Deployments", "Strategy"). */
function inStrategy({ spec }: Deployment): string[] {
  const { type = 'RollingUpdate', rollingUpdate = {} } = spec.strategy ?? {};
  const { maxUnavailable = '25%' } = rollingUpdate;
  return [
    ...(type === 'RollingUpdate' ? [] : [`replaces its pods by ${type}`]),
    ...(Number.parseInt(`${maxUnavailable}`, 10) === 0
      ? []
      : [`stops ${maxUnavailable} of its pods before new ones are ready`]),
  ];
}

/** Fields that choose nodes, by nodeAffinityPolicy and nodeTaintsPolicy also those that count for the skew. */
function inPlacement(spec: PodSpec): string[] {
  const fields = ['affinity', 'nodeName', 'nodeSelector', 'schedulerName', 'tolerations'] as const;
  return fields
    .filter((field) => spec[field] !== undefined)
    .map((field) => `chooses nodes by ${field} too`);
}

function inConstraint(constraint: SpreadConstraint): string[] {
  const { topologyKey, whenUnsatisfiable, maxSkew, minDomains } = constraint;
  const { labelSelector = {}, matchLabelKeys = [] } = constraint;
  const selected = keysOf(labelSelector);
  const isHard = whenUnsatisfiable === 'DoNotSchedule';
  return [
    ...(isHard && topologyKey !== ZONE && topologyKey !== HOST
      ? [`must spread over ${topologyKey}`]
      : []),
    ...(maxSkew >= 1 ? [] : [`has a maxSkew of ${maxSkew}`]),
    ...(minDomains === undefined || (isHard && minDomains >= 1)
      ? []
      : [`has minDomains ${minDomains} with ${whenUnsatisfiable}, which the API refuses`]),
    ...matchLabelKeys
      .filter((key) => selected.includes(key))
      .map((key) => `selects pods by ${key} twice, which the API refuses`),
  ];
}

function keysOf({ matchLabels = {}, matchExpressions = [] }: LabelSelector): string[] {
  return [...Object.keys(matchLabels), ...matchExpressions.map(({ key }) => key)];
}

/**
 * The model counts exactly the deployment's own pods. Without a selector a constraint counts none
 * (metav1.LabelSelectorAsSelector); an empty one counts every pod of the namespace.
 */
function inSelector(
  manifests: readonly Manifest[],
  { metadata, spec }: Deployment,
  { labelSelector, topologyKey }: SpreadConstraint,
): string[] {
  const own = spec.template.metadata.labels ?? {};
  if (labelSelector === undefined || !selects(labelSelector, own))
    return [`does not count its own pods over ${topologyKey}`];
  const others = podTemplates(manifests).filter(
    ({ owner, template }) =>
      owner.metadata.name !== metadata.name &&
      owner.metadata.namespace === metadata.namespace &&
      selects(labelSelector, template.metadata.labels ?? {}),
  );
  return others.map(({ owner }) => `counts the pods of ${owner.metadata.name} over ${topologyKey}`);
}
