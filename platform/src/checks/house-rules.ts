// Rules for our pods that go beyond the Pod Security Standard "restricted".

import type { Manifest } from '../manifests/kinds.ts';
import type { Container, PodSpec, Probe } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

const USER = 10_001;
/** A version or a commit. Tags such as latest, main or stable can move; a digest alone does not say what it is. */
const TAG = /:(v?\d+\.\d+\.\d+|[0-9a-f]{40})(@sha256:[0-9a-f]{64})?$/;
/** Names that the base sets and a deployment replaces by its registry's image. */
const PLACEHOLDER = /^carthub\/\w+:\d+\.\d+\.\d+$/;
/** Service accounts that call the cluster's API, for which they need a token. */
const WITH_TOKEN = ['scaler'];

export function findHouseRuleProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template: { spec } }) => {
    const containers = [...(spec.initContainers ?? []), ...spec.containers];
    const problems = [
      ...inPod(spec),
      ...containers.flatMap((container) =>
        inContainer(container, spec).map((problem) => `container ${container.name} ${problem}`),
      ),
      ...(owner.kind === 'Deployment' ? findProbeProblems(spec) : []),
    ];
    return problems.map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
  });
}

function inPod(spec: PodSpec): string[] {
  const { securityContext = {}, serviceAccountName = 'default', volumes = [] } = spec;
  const hasToken = spec.automountServiceAccountToken !== false;
  const unbounded = volumes.filter(({ emptyDir }) => emptyDir && emptyDir.sizeLimit === undefined);
  return [
    ...(securityContext.runAsUser === USER && securityContext.runAsGroup === USER
      ? []
      : [`does not run as ${USER}:${USER}`]),
    ...(hasToken === WITH_TOKEN.includes(serviceAccountName)
      ? []
      : [`${hasToken ? 'has a' : 'lacks the'} token for the cluster's API`]),
    ...unbounded.map(({ name }) => `volume ${name} has no sizeLimit`),
  ];
}

function inContainer(container: Container, { volumes = [] }: PodSpec): string[] {
  const { image, resources = {}, securityContext = {}, volumeMounts = [] } = container;
  const bounded = ['cpu', 'memory', 'ephemeral-storage'].filter(
    (name) => resources.requests?.[name] === undefined || resources.limits?.[name] === undefined,
  );
  const isScratch = (name: string) => volumes.some((each) => each.name === name && each.emptyDir);
  const writable = volumeMounts.filter(({ readOnly }) => readOnly !== true);
  return [
    ...(TAG.test(image) ? [] : [`runs ${image}, which is not tagged with a version or a commit`]),
    ...(image.includes('@') || PLACEHOLDER.test(image)
      ? []
      : [`runs ${image}, which has no digest`]),
    ...(securityContext.readOnlyRootFilesystem === true
      ? []
      : ['can write to its root file system']),
    ...bounded.map((name) => `has no request or no limit for ${name}`),
    ...writable
      .filter(({ name, mountPath }) => mountPath !== '/tmp' || !isScratch(name))
      .map(({ mountPath }) => `can write to ${mountPath}`),
  ];
}

/** Of the first container, which is the service. Sidecars must not decide whether it is restarted. */
function findProbeProblems({ containers }: PodSpec): string[] {
  const [main] = containers;
  if (!main) return [];
  const missing = (['startupProbe', 'livenessProbe', 'readinessProbe'] as const).filter(
    (kind) => main[kind]?.httpGet === undefined,
  );
  const path = (probe: Probe | undefined) => probe?.httpGet?.path;
  return [
    ...missing.map((kind) => `container ${main.name} has no ${kind}`),
    ...(main.name === 'backend' && path(main.livenessProbe) === path(main.readinessProbe)
      ? ['uses the readiness path for liveness, so a database outage restarts pods']
      : []),
    ...(main.lifecycle?.preStop?.sleep ? [] : [`container ${main.name} has no preStop`]),
  ];
}
