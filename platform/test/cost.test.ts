import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readManifests } from '../src/manifests/read.ts';
import { ENVIRONMENTS, fromRoot } from '../src/targets.ts';

interface Pods {
  readonly name: string;
  readonly replicas: number;
  readonly cpuMilli: number;
  readonly memoryMi: number;
}
const FILE = fromRoot('infrastructure_cdk/cost/inputs/pods.json');
const priced: Readonly<Record<string, readonly Pods[]>> = JSON.parse(readFileSync(FILE, 'utf8'));

/** The resource requests of one pod of a Deployment, and the minimum number of pods. */
function requested(environment: string, name: string): Pods {
  const manifests = readManifests(environment);
  const deployment = manifests
    .filter((each) => each.kind === 'Deployment')
    .find(({ metadata }) => metadata.name === `${name}-deployment`);
  const scaler = manifests
    .filter((each) => each.kind === 'HorizontalPodAutoscaler')
    .find(({ metadata }) => metadata.name === `${name}-hpa`);
  const containers = deployment?.spec.template.spec.containers ?? [];
  const total = (resource: 'cpu' | 'memory', suffix: string) =>
    containers.reduce((sum, { resources }) => {
      const request = String(resources?.requests?.[resource]);
      return sum + (request.endsWith(suffix) ? Number.parseInt(request, 10) : Number.NaN);
    }, 0);
  const replicas = scaler?.spec.minReplicas ?? deployment?.spec.replicas ?? Number.NaN;
  return { name, replicas, cpuMilli: total('cpu', 'm'), memoryMi: total('memory', 'Mi') };
}

describe.each(ENVIRONMENTS)('the cost calculation for %s', (environment) => {
  it('uses the resource requests of the manifests, of every Deployment', () => {
    const names = ['backend', 'worker', 'frontend'];
    expect(priced[environment]).toEqual(names.map((name) => requested(environment, name)));
    const deployed = readManifests(environment).filter(({ kind }) => kind === 'Deployment');
    expect(deployed).toHaveLength(names.length);
  });
});
