// The variables and secret files of each pod against the environment that its service publishes.

import { serviceOf } from '../contracts/contract.ts';
import {
  defaultOf,
  filesNamedBy,
  findVariableProblems,
  type Variables,
} from '../contracts/environment.ts';
import { environmentOf } from '../manifests/container-environment.ts';
import type { Manifest } from '../manifests/kinds.ts';
import type { Container, PodSpec } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { mountedSecretFiles } from '../manifests/secret-files.ts';

export function findConfigurationProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template: { spec } }) =>
    spec.containers.flatMap((container) =>
      inContainer(manifests, spec, container).map(
        (problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`,
      ),
    ),
  );
}

function inContainer(
  manifests: readonly Manifest[],
  spec: PodSpec,
  container: Container,
): string[] {
  const service = serviceOf(container);
  const variables = environmentOf(manifests, container);
  if (service === undefined) return findFileProblems(manifests, spec, []);
  const read = service === 'database' ? withoutArguments(manifests, variables) : variables;
  return [
    ...findVariableProblems(service, read),
    ...(service === 'frontend' ? findBackendProblems(manifests, variables) : []),
    ...findFileProblems(manifests, spec, filesNamedBy(service, variables)),
  ];
}

/** Without the variables that only stand in arguments, as `$(NAME)`: all Jobs share one ConfigMap. */
function withoutArguments(manifests: readonly Manifest[], variables: Variables): Variables {
  const args = podTemplates(manifests).flatMap(({ template }) =>
    template.spec.containers.flatMap((container) => container.args ?? []),
  );
  return Object.fromEntries(
    Object.entries(variables).filter(([name]) => !args.some((arg) => arg.includes(`$(${name})`))),
  );
}

/** The storefront's BACKEND_URL must be a Service, unless the storefront is deployed without the backend. */
function findBackendProblems(manifests: readonly Manifest[], variables: Variables): string[] {
  const url = variables.BACKEND_URL ?? String(defaultOf('frontend', 'BACKEND_URL'));
  const { hostname, port } = new URL(url);
  const hasBackend = manifests.some(({ metadata }) => metadata.name === 'backend-deployment');
  const isService = manifests.some(
    (each) =>
      each.kind === 'Service' &&
      each.metadata.name === hostname &&
      each.spec.ports?.some((own) => `${own.port}` === port),
  );
  return isService || !hasBackend ? [] : [`${url} is not a Service`];
}

/** Compares the files that the program reads with the secret files in the pod. */
function findFileProblems(
  manifests: readonly Manifest[],
  spec: PodSpec,
  read: readonly string[],
): string[] {
  const mounted = mountedSecretFiles(manifests, spec);
  return [
    ...read
      .filter((file) => !mounted.includes(file))
      .map((file) => `nothing is mounted as ${file}`),
    ...mounted
      .filter((file) => !read.includes(file))
      .map((file) => `no variable names the mounted secret ${file}`),
  ];
}
