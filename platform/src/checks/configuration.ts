// What the pods are told, compared with the programs that read it.

import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { EnvironmentSchema } from '../../../microservices/backend/src/config/env.ts';
import { readEnvironment } from '../../../microservices/backend/src/config/read-environment.ts';
import { PARTS } from '../../../microservices/database/src/config/database-source.ts';
import { at, isObject } from '../json.ts';
import { environmentOf } from '../manifests/container-environment.ts';
import type { Manifest } from '../manifests/kinds.ts';
import type { PodSpec } from '../manifests/pod.ts';
import { podTemplates } from '../manifests/pod-templates.ts';
import { fromRoot } from '../targets.ts';

export function findConfigurationProblems(manifests: readonly Manifest[]): string[] {
  return podTemplates(manifests).flatMap(({ owner, template: { spec } }) =>
    spec.containers.flatMap((container) => {
      const variables = environmentOf(manifests, container);
      const problems = [
        ...(container.name === 'backend' && owner.kind === 'Deployment'
          ? inBackend(variables, mountedFiles(manifests, spec))
          : []),
        ...(container.name === 'frontend' && owner.kind === 'Deployment'
          ? inFrontend(manifests, variables)
          : []),
        ...findFileProblems(manifests, spec, variables),
      ];
      return problems.map((problem) => `${owner.kind} ${owner.metadata.name}: ${problem}`);
    }),
  );
}

type Variables = Readonly<Record<string, string>>;

/** @param files that will be there: the backend reads them at its start */
function inBackend(variables: Variables, files: readonly string[]): string[] {
  const unknown = Object.keys(variables).filter((name) => !(name in EnvironmentSchema.properties));
  const { DATABASE_CREDENTIALS_DIR, GUEST_TOKEN_SECRET_FILE = '' } = variables;
  const parts = PARTS.filter((part) => files.includes(`${DATABASE_CREDENTIALS_DIR}/${part}`));
  try {
    readEnvironment(variables, {
      parts: Object.fromEntries(parts.map((part) => [part, SAMPLES[part]])),
      guestTokenSecret: files.includes(GUEST_TOKEN_SECRET_FILE) ? 'x'.repeat(32) : undefined,
      authorities: undefined,
      problems: [],
    });
  } catch (error) {
    return [String(error)];
  }
  return unknown.map((name) => `the backend reads no ${name}`);
}

const SAMPLES = {
  host: 'database.example.com',
  port: '5432',
  database: 'carthub',
  username: 'carthub_app',
  password: 'x',
} as const;

/** start.sh names every variable that it reads as ${NAME:-…}. */
function inFrontend(manifests: readonly Manifest[], variables: Variables): string[] {
  const script = readFileSync(fromRoot('microservices/frontend/nginx/start.sh'), 'utf8');
  const unknown = Object.keys(variables).filter((name) => !script.includes(`\${${name}:-`));
  const { hostname, port } = new URL(variables.BACKEND_URL ?? '');
  const services = manifests.filter(({ kind }) => kind === 'Service');
  const isAlone = !manifests.some(({ metadata }) => metadata.name === 'backend-deployment');
  const isThere = services.some(
    (each) =>
      each.kind === 'Service' &&
      each.metadata.name === hostname &&
      each.spec.ports?.some((own) => `${own.port}` === port),
  );
  return [
    ...unknown.map((name) => `nginx's start.sh reads no ${name}`),
    ...(isThere || isAlone ? [] : [`${variables.BACKEND_URL} is no service`]),
  ];
}

/** Of a login that is made, on the server that the owner's credentials name. */
const LOGIN_PARTS = ['username', 'password'] as const;

/** Variables that name files: something has to be mounted there that holds them. */
function findFileProblems(
  manifests: readonly Manifest[],
  spec: PodSpec,
  { DATABASE_CREDENTIALS_DIR, APP_CREDENTIALS_DIR, GUEST_TOKEN_SECRET_FILE }: Variables,
): string[] {
  const files = mountedFiles(manifests, spec);
  const wanted = [
    ...(DATABASE_CREDENTIALS_DIR ? PARTS.map((part) => `${DATABASE_CREDENTIALS_DIR}/${part}`) : []),
    ...(APP_CREDENTIALS_DIR ? LOGIN_PARTS.map((part) => `${APP_CREDENTIALS_DIR}/${part}`) : []),
    ...(GUEST_TOKEN_SECRET_FILE ? [GUEST_TOKEN_SECRET_FILE] : []),
  ];
  const missing = wanted.filter((file) => !files.includes(file));
  const unused = files.filter((file) => !wanted.includes(file));
  return [
    ...missing.map((file) => `nothing is mounted as ${file}`),
    ...unused.map((file) => `nobody is told of the secret ${file}`),
  ];
}

/** The paths of what the Secrets Store CSI driver will put into the pod. */
function mountedFiles(manifests: readonly Manifest[], { volumes = [], containers }: PodSpec) {
  const mounts = containers.flatMap(({ volumeMounts = [] }) => volumeMounts);
  return volumes.flatMap(({ name, csi }) => {
    const secret = csi?.volumeAttributes?.secretProviderClass;
    const paths = mounts.filter((mount) => mount.name === name).map(({ mountPath }) => mountPath);
    return [...new Set(paths)].flatMap((path) =>
      filesOf(manifests, secret).map((file) => `${path}/${file}`),
    );
  });
}

function filesOf(manifests: readonly Manifest[], name: string | undefined): string[] {
  const found = manifests.find(
    (each) => each.kind === 'SecretProviderClass' && each.metadata.name === name,
  );
  const objects: unknown = parse(String(at(found, 'spec', 'parameters', 'objects')));
  if (!Array.isArray(objects)) return [];
  return objects
    .filter(isObject)
    .flatMap(({ jmesPath, objectAlias }) =>
      Array.isArray(jmesPath)
        ? jmesPath.map((entry) => String(at(entry, 'objectAlias')))
        : [String(objectAlias)],
    );
}
