import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '../..');

export const ENVIRONMENTS = ['development', 'staging', 'production'] as const;

/** The directories for `kubectl apply -k`, by the name of their rendering in rendered/. */
export const TARGETS: Readonly<Record<string, string>> = {
  'base-database': 'microservices/database/k8s',
  'base-backend': 'microservices/backend/k8s',
  'base-frontend': 'microservices/frontend/k8s',
  ...Object.fromEntries(ENVIRONMENTS.map((name) => [name, `platform/overlays/${name}`])),
};

export function fromRoot(path: string): string {
  return join(ROOT, path);
}

export function renderingOf(target: string): string {
  return fromRoot(`platform/rendered/${target}.yaml`);
}
