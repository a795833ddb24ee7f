// The images of the services, built from the working tree if their content has changed.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const BASES = {
  backend: 'docker.io/library/node:24-bookworm-slim',
  database: 'docker.io/library/node:24-bookworm-slim',
  frontend: 'docker.io/nginxinc/nginx-unprivileged:1.29-bookworm',
} as const;
export type Service = keyof typeof BASES;

/** The first build takes minutes: it also builds the base images. */
export const BUILD_TIMEOUT_MS = 900_000;

const built = new Set<Service>();

/** @returns the image's name */
export function buildImage(service: Service): string {
  const name = `localhost/carthub/${service}:drill`;
  if (built.has(service)) return name;
  const script = join(import.meta.dirname, '../../images/build.sh');
  const { status, stdout, stderr } = spawnSync('bash', [script, service], { encoding: 'utf8' });
  if (status !== 0)
    throw new Error(`The image of ${service} cannot be built:\n${stdout}\n${stderr}`);
  built.add(service);
  return name;
}
