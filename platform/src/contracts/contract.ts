// Contract files: what a service publishes about itself. They are read in place, because this package never
// leaves the repository; copies would add a check without adding safety.

import { readFileSync } from 'node:fs';
import { isObject, type JsonObject } from '../json.ts';
import type { Container } from '../manifests/pod.ts';
import { fromRoot } from '../targets.ts';

export const SERVICES = ['backend', 'database', 'frontend'] as const;
export type Service = (typeof SERVICES)[number];

const known = new Map<string, JsonObject>();

/** Parses a contract file once. */
export function readContract(service: Service, file: string): JsonObject {
  const path = `microservices/${service}/${file}`;
  const contract: unknown = known.get(path) ?? JSON.parse(readFileSync(fromRoot(path), 'utf8'));
  if (!isObject(contract)) throw new Error(`${path} contains no JSON object`);
  known.set(path, contract);
  return contract;
}

/** The service that a container runs, by its image: `carthub/backend:2.0.0`, `REGISTRY/carthub-backend:COMMIT`. */
export function serviceOf({ image }: Pick<Container, 'image'>): Service | undefined {
  return SERVICES.find((service) => new RegExp(`(^|[/-])${service}([:@]|$)`).test(image));
}
