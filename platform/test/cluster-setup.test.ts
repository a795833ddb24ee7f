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
