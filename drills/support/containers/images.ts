// The images of the services, built from the working tree. What has not changed is not built again.

import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

export const BASES = {
  backend: 'docker.io/library/node:24-bookworm-slim',
  database: 'docker.io/library/node:24-bookworm-slim',
  frontend: 'docker.io/nginxinc/nginx-unprivileged:1.29-bookworm',
} as const;
export type Service = keyof typeof BASES;

/** The first time takes minutes: it makes what the images begin with as well. */
export const BUILD_WITHIN_MS = 900_000;

const built = new Set<Service>();

/** @returns the image's name */
export function buildImage(service: Service): string {
  const name = `localhost/carthub/${service}:drill`;
  if (built.has(service)) return name;
  const script = join(import.meta.dirname, '../../images/build.sh');
  const { status, stdout, stderr } = spawnSync('bash', [script, service], { encoding: 'utf8' });
  if (status !== 0) throw new Error(`No image of ${service}:\n${stdout}\n${stderr}`);
  built.add(service);
  return name;
}
