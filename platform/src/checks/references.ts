// Every reference from one object to another must be valid.

import type { Manifest, Service, ServiceMonitor } from '../manifests/kinds.ts';
import type { OwnedTemplate } from '../manifests/pod-templates.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { selects } from '../manifests/select.ts';

export function findReferenceProblems(manifests: readonly Manifest[]): string[] {
  const owned = podTemplates(manifests);
  return [
    ...owned.flatMap((each) => fromPods(manifests, each)),
    ...manifests.flatMap((manifest) =>
      fromObject(manifests, owned, manifest).map(
        (problem) => `${manifest.kind} ${manifest.metadata.name}: ${problem}`,
      ),
    ),
  ];
}

/** @returns whether there is an object of the kind and name */
function has(manifests: readonly Manifest[], kind: Manifest['kind'], name: string): boolean {
  return manifests.some((each) => each.kind === kind && each.metadata.name === name);
}

function fromPods(manifests: readonly Manifest[], { owner, template }: OwnedTemplate): string[] {
  const { spec, metadata } = template;
  const { volumes = [], serviceAccountName = 'default' } = spec;
  const containers = [...(spec.initContainers ?? []), ...spec.containers];
  const mounted = containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map((m) => m.name));
  const configs = containers.flatMap(({ envFrom = [] }) =>
    envFrom.flatMap(({ configMapRef }) => (configMapRef ? [configMapRef.name] : [])),
  );
  const secrets = volumes.flatMap(({ csi }) =>
    csi ? [csi.volumeAttributes?.secretProviderClass ?? ''] : [],
  );
  const spreads = spec.topologySpreadConstraints ?? [];
  const problems = [
    ...(has(manifests, 'ServiceAccount', serviceAccountName)
      ? []
      : [`service account ${serviceAccountName} does not exist`]),
    ...configs
      .filter((name) => !has(manifests, 'ConfigMap', name))
      .map((name) => `ConfigMap ${name} does not exist`),
    ...secrets
      .filter((name) => !has(manifests, 'SecretProviderClass', name))
      .map((name) => `SecretProviderClass ${name} does not exist`),
    ...mounted
      .filter((name) => !volumes.some((volume) => volume.name === name))
      .map((name) => `volume ${name} does not exist`),
    ...volumes
      .filter(({ name }) => !mounted.includes(name))
      .map(({ name }) => `volume ${name} is not mounted`),
    ...spreads
      .filter(({ labelSelector }) => !labelSelector || !selects(labelSelector, metadata.labels))
      .map(({ topologyKey }) => `its topology spread over ${topologyKey} selects other pods`),
    ...(owner.kind === 'Deployment' && !selects(owner.spec.selector, metadata.labels)
      ? ['does not select its own pods']
      : []),
  ];
  return problems.map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
}

function fromObject(
  manifests: readonly Manifest[],
  owned: readonly OwnedTemplate[],
  manifest: Manifest,
): string[] {
  const ofDeployments = owned.filter(({ owner }) => owner.kind === 'Deployment');
  switch (manifest.kind) {
    case 'Service':
      return fromService(ofDeployments, manifest);
    case 'PodDisruptionBudget': {
      // "A null selector will match no pods" (API reference, PodDisruptionBudgetSpec).
      const { selector } = manifest.spec;
      const selected = ofDeployments.filter(
        ({ template }) => selector && selects(selector, template.metadata.labels),
      );
      return selected.length > 0 ? [] : ['selects no pods'];
    }
    case 'HorizontalPodAutoscaler':
      return has(manifests, 'Deployment', manifest.spec.scaleTargetRef.name)
        ? []
        : ['scales a deployment that does not exist'];
    case 'RoleBinding': {
      const { roleRef, subjects = [] } = manifest;
      const accounts = subjects.filter(({ name }) => !has(manifests, 'ServiceAccount', name));
      return [
        ...(has(manifests, 'Role', roleRef.name) ? [] : ['refers to a role that does not exist']),
        ...accounts.map(({ name }) => `service account ${name} does not exist`),
      ];
    }
    case 'Role':
      return (manifest.rules ?? [])
        .flatMap(({ resourceNames = ['*'] }) => resourceNames)
        .filter((name) => !has(manifests, 'HorizontalPodAutoscaler', name))
        .map((name) => `grants access to ${name}, which is not an autoscaler here`);
    case 'Ingress':
      return (manifest.spec.rules ?? [])
        .flatMap(({ http }) => http?.paths ?? [])
        .flatMap(({ backend }) =>
          hasPort(manifests, backend.service?.name, backend.service?.port?.name)
            ? []
            : ['routes to a service port that does not exist'],
        );
    case 'ServiceMonitor':
      return manifest.spec.endpoints
        .filter(({ port }) => !servesPort(manifests, manifest, port))
        .map(({ port }) => `no selected service has a port ${port}`);
    default:
      return [];
  }
}

/** Without a selector, or with an empty one, a Service has no pods (Kubernetes, "Services without selectors"). */
function fromService(owned: readonly OwnedTemplate[], { spec }: Service): string[] {
  const { selector = {} } = spec;
  const behind = owned.filter(
    ({ template }) =>
      Object.keys(selector).length > 0 &&
      selects({ matchLabels: selector }, template.metadata.labels),
  );
  if (behind.length !== 1) return [`selects the pods of ${behind.length} deployments`];
  const ports = behind.flatMap(({ template }) =>
    template.spec.containers.flatMap((container) => container.ports ?? []),
  );
  return (spec.ports ?? [])
    .map(({ port, targetPort = port }) => targetPort)
    .filter(
      (target) => !ports.some((port) => port.name === target || port.containerPort === target),
    )
    .map((target) => `no container has a port ${target}`);
}

function servesPort(manifests: readonly Manifest[], { spec }: ServiceMonitor, port = ''): boolean {
  return manifests
    .filter((each) => each.kind === 'Service')
    .filter(({ metadata }) => selects(spec.selector, metadata.labels))
    .some((service) => service.spec.ports?.some(({ name }) => name === port));
}

function hasPort(manifests: readonly Manifest[], service = '', port = ''): boolean {
  return manifests.some(
    (each) =>
      each.kind === 'Service' &&
      each.metadata.name === service &&
      each.spec.ports?.some(({ name }) => name === port),
  );
}
