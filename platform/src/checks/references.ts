// What one object says of another has to be true of it.

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
      : [`there is no service account ${serviceAccountName}`]),
    ...configs
      .filter((name) => !has(manifests, 'ConfigMap', name))
      .map((name) => `there is no ConfigMap ${name}`),
    ...secrets
      .filter((name) => !has(manifests, 'SecretProviderClass', name))
      .map((name) => `there is no SecretProviderClass ${name}`),
    ...mounted
      .filter((name) => !volumes.some((volume) => volume.name === name))
      .map((name) => `there is no volume ${name}`),
    ...volumes
      .filter(({ name }) => !mounted.includes(name))
      .map(({ name }) => `nobody mounts the volume ${name}`),
    ...spreads
      .filter(({ labelSelector }) => !selects(labelSelector ?? {}, metadata.labels))
      .map(({ topologyKey }) => `spreads other pods than its own over ${topologyKey}`),
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
    case 'PodDisruptionBudget':
      return ofDeployments.some(({ template }) =>
        selects(manifest.spec.selector ?? {}, template.metadata.labels),
      )
        ? []
        : ['protects no pods'];
    case 'HorizontalPodAutoscaler':
      return has(manifests, 'Deployment', manifest.spec.scaleTargetRef.name)
        ? []
        : ['scales nothing'];
    case 'RoleBinding': {
      const { roleRef, subjects = [] } = manifest;
      const accounts = subjects.filter(({ name }) => !has(manifests, 'ServiceAccount', name));
      return [
        ...(has(manifests, 'Role', roleRef.name) ? [] : ['binds no role']),
        ...accounts.map(({ name }) => `there is no service account ${name}`),
      ];
    }
    case 'Role':
      return (manifest.rules ?? [])
        .flatMap(({ resourceNames = ['*'] }) => resourceNames)
        .filter((name) => !has(manifests, 'HorizontalPodAutoscaler', name))
        .map((name) => `gives rights on ${name}, which is no autoscaler here`);
    case 'Ingress':
      return (manifest.spec.rules ?? [])
        .flatMap(({ http }) => http?.paths ?? [])
        .flatMap(({ backend }) =>
          hasPort(manifests, backend.service?.name, backend.service?.port?.name)
            ? []
            : ['leads to no port of a service'],
        );
    case 'ServiceMonitor':
      return manifest.spec.endpoints
        .filter(({ port }) => !servesPort(manifests, manifest, port))
        .map(({ port }) => `no service that it selects has a port ${port}`);
    default:
      return [];
  }
}

function fromService(owned: readonly OwnedTemplate[], { spec }: Service): string[] {
  const behind = owned.filter(({ template }) =>
    selects({ matchLabels: spec.selector ?? {} }, template.metadata.labels),
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
    .map((target) => `no container has the port ${target}`);
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
