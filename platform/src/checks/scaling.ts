// The number of pods by day and by night, and the database connections that they may open.

import { connectionsForMemory, DATABASES } from '../environments.ts';
import { environmentOf } from '../manifests/container-environment.ts';
import type { CronJob, HorizontalPodAutoscaler, Manifest } from '../manifests/kinds.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

/** Left for superusers, RDS itself, monitoring and an operator. */
const RESERVED_CONNECTIONS = 15;
/** Besides its pool, a pod has one connection that listens for changed carts (decision 029). */
const LISTENER_CONNECTIONS = 1;
/** carthub-db itself has one, and pg_dump or pg_restore another, besides --jobs. */
const CONNECTIONS_PER_JOB = 2;
/** RDS's formula ignores the memory that the operating system uses. */
const MEMORY_SHARE = 0.9;

/** @returns a sentence if the pods of an environment may open more connections than PostgreSQL allows */
export function findConnectionProblems(environment: string, manifests: readonly Manifest[]) {
  const database = DATABASES[environment];
  if (!database) return [`the database of ${environment} is unknown`];
  const wanted =
    backendConnections(manifests) +
    workerConnections(manifests) +
    jobConnections(manifests) +
    RESERVED_CONNECTIONS;
  const { maxConnections, instanceClass } = database;
  return [
    ...(wanted <= maxConnections
      ? []
      : [`${environment} may open ${wanted} connections but has ${maxConnections}`]),
    ...(maxConnections <= connectionsForMemory(database) * MEMORY_SHARE
      ? []
      : [`${instanceClass} has too little memory for ${maxConnections} connections`]),
  ];
}

/**
 * Maximum during a rollout: the autoscaler's maximum of new pods, and as many old ones with the surge, all of which may
 * be terminating. "Kubernetes doesn't count terminating Pods" for the surge (Kubernetes, "Deployments", "Rolling Update
 * Deployment"), and a new pod may be ready sooner than its predecessor is gone.
 *
 * Assumption: no second rollout begins before the first one's old pods are gone.
 */
function backendConnections(manifests: readonly Manifest[]): number {
  const autoscaler = manifests
    .filter((each) => each.kind === 'HorizontalPodAutoscaler')
    .find(({ spec }) => spec.scaleTargetRef.name === 'backend-deployment');
  const deployment = manifests
    .filter((each) => each.kind === 'Deployment')
    .find(({ metadata }) => metadata.name === 'backend-deployment');
  const [container] = deployment?.spec.template.spec.containers ?? [];
  if (!autoscaler || !deployment || !container) throw new Error('the manifests contain no backend');
  const pods = autoscaler.spec.maxReplicas;
  const surge = deployment.spec.strategy?.rollingUpdate?.maxSurge ?? '25%';
  const coming = Math.ceil(
    typeof surge === 'number' ? surge : (pods * Number.parseInt(surge, 10)) / 100,
  );
  const { DB_POOL_MAX } = environmentOf(manifests, container);
  return (2 * pods + coming) * (Number(DB_POOL_MAX) + LISTENER_CONNECTIONS);
}

/** Likewise; no autoscaler changes its number of pods. */
function workerConnections(manifests: readonly Manifest[]): number {
  const deployment = manifests
    .filter((each) => each.kind === 'Deployment')
    .find(({ metadata }) => metadata.name === 'worker-deployment');
  const [container] = deployment?.spec.template.spec.containers ?? [];
  if (!deployment || !container) return 0;
  const { replicas = 1, strategy } = deployment.spec;
  const surge = String(strategy?.rollingUpdate?.maxSurge ?? '25%');
  const coming = surge.endsWith('%')
    ? Math.ceil((replicas * Number.parseInt(surge, 10)) / 100)
    : Number(surge);
  return (2 * replicas + coming) * Number(environmentOf(manifests, container).DB_POOL_MAX);
}

/** Of all Jobs at once: their schedules may overlap. */
function jobConnections(manifests: readonly Manifest[]): number {
  return podTemplates(manifests)
    .flatMap(({ template }) => template.spec.containers)
    .filter(({ image }) => /(^|[/-])database[:@]/.test(image))
    .map(({ args = [] }) => Number(args[args.indexOf('--jobs') + 1]) || 0)
    .reduce((sum, jobs) => sum + jobs + CONNECTIONS_PER_JOB, 0);
}

/** @returns a sentence for each problem of scheduled scaling, if the manifests have it */
export function findScheduleProblems(manifests: readonly Manifest[]): string[] {
  const named = (name: string) =>
    manifests
      .filter((each) => each.kind === 'CronJob')
      .find(({ metadata }) => metadata.name === `scale-for-${name}`);
  const [day, night] = [named('day'), named('night')];
  if (!day || !night)
    return day || night ? ['scheduled scaling needs a day and a night CronJob'] : [];
  const autoscalers = manifests.filter((each) => each.kind === 'HorizontalPodAutoscaler');
  return [
    ...findHourProblems(day, night),
    ...autoscalers.flatMap((each) => findMinimumProblems(each, day, night)),
  ];
}

function findHourProblems(day: CronJob, night: CronJob): string[] {
  const hours = [...hoursOf(day), ...hoursOf(night)].sort((a, b) => a - b);
  const wanted = Array.from({ length: 24 }, (_, hour) => hour);
  return [
    ...(hours.join() === wanted.join()
      ? []
      : [`day and night cover the hours ${hours.join(', ')}`]),
    ...(day.spec.timeZone === night.spec.timeZone
      ? []
      : ['day and night have different time zones']),
  ];
}

/** The hours of a schedule such as "0 22-23,0-5 * * *". */
function hoursOf({ spec }: CronJob): number[] {
  return (spec.schedule.split(' ')[1] ?? '').split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function findMinimumProblems(
  { metadata, spec }: HorizontalPodAutoscaler,
  day: CronJob,
  night: CronJob,
): string[] {
  const [byDay, byNight] = [day, night].map((job) => minimumSetBy(job, metadata.name));
  const { minReplicas = 1, maxReplicas } = spec;
  const fits = byDay === minReplicas && byNight !== undefined && byNight <= byDay && byNight > 0;
  return fits && byDay <= maxReplicas
    ? []
    : [`${metadata.name} has minReplicas ${minReplicas}, by day ${byDay}, by night ${byNight}`];
}

/** The minReplicas that a CronJob sets on an autoscaler. */
function minimumSetBy(job: CronJob, autoscaler: string): number | undefined {
  const { containers } = job.spec.jobTemplate.spec.template.spec;
  const own = containers.find(({ args = [] }) =>
    args.includes(`horizontalpodautoscaler/${autoscaler}`),
  );
  const patch = own?.args?.find((arg) => arg.startsWith('--patch='))?.slice('--patch='.length);
  return patch === undefined ? undefined : JSON.parse(patch).spec.minReplicas;
}
