import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { fromRoot } from '../src/targets.ts';

const read = (path: string): unknown => parse(readFileSync(fromRoot(path), 'utf8'));

it('the cluster setup creates the same namespace as the base of the database', () => {
  expect(read('platform/cluster-setup/common/namespace.yaml')).toEqual(
    read('microservices/database/k8s/namespace.yaml'),
  );
});

// `kubectl apply` removes what the object's last apply had and this one lacks.
it.each(['auto', 'nodes'])('the cluster setup %s adds nothing that a release removes', (setup) => {
  const kustomization = read(`platform/cluster-setup/${setup}/kustomization.yaml`);
  expect(kustomization).not.toHaveProperty('patches');
});
