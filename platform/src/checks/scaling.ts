// How many pods there are, by day and by night, and what they take of the database.

import { DATABASES, memoryAllows } from '../environments.ts';
import { environmentOf } from '../manifests/container-environment.ts';
import type { CronJob, HorizontalPodAutoscaler, Manifest } from '../manifests/kinds.ts';
import { podTemplates } from '../manifests/pod-templates.ts';

/** Of max_connections, not for us: superusers, RDS itself, monitoring, and a person who looks. */
const RESERVED_CONNECTIONS = 15;
/** Beside its pool a pod has one that listens for changed carts (decision 029). */
const CONNECTIONS_THAT_LISTEN = 1;
/** A command of carthub-db has one, and pg_dump or pg_restore another, beside its --jobs. */
const CONNECTIONS_OF_A_JOB = 2;
/** RDS's formula forgets what the system itself takes of the memory. */
const SHARE_OF_MEMORY = 0.9;

/** @returns a sentence if the pods of an environment may want more connections than there are */
export function findConnectionProblems(environment: string, manifests: readonly Manifest[]) {
  const database = DATABASES[environment];
  if (!database) return [`nobody has said which database ${environment} has`];
  const wanted = backendConnections(manifests) + jobConnections(manifests) + RESERVED_CONNECTIONS;
  const { maxConnections, instanceClass } = database;
  return [
    ...(wanted <= maxConnections
      ? []
      : [`${environment} may want ${wanted} connections, and has ${maxConnections}`]),
    ...(maxConnections <= memoryAllows(database) * SHARE_OF_MEMORY
      ? []
      : [`${instanceClass} has no memory for ${maxConnections} connections`]),
  ];
}

/** At most: all the autoscaler allows, those that come, and those that go, while a release is rolled out. */
function backendConnections(manifests: readonly Manifest[]): number {
  const autoscaler = manifests
    .filter((each) => each.kind === 'HorizontalPodAutoscaler')
    .find(({ spec }) => spec.scaleTargetRef.name === 'backend-deployment');
  const deployment = manifests
    .filter((each) => each.kind === 'Deployment')
    .find(({ metadata }) => metadata.name === 'backend-deployment');
  const [container] = deployment?.spec.template.spec.containers ?? [];
  if (!autoscaler || !deployment || !container) throw new Error('there is no backend');
  const pods = autoscaler.spec.maxReplicas;
  const surge = deployment.spec.strategy?.rollingUpdate?.maxSurge ?? '25%';
  const coming = Math.ceil(
    typeof surge === 'number' ? surge : (pods * Number.parseInt(surge, 10)) / 100,
  );
  const { DB_POOL_MAX } = environmentOf(manifests, container);
  return (pods + 2 * coming) * (Number(DB_POOL_MAX) + CONNECTIONS_THAT_LISTEN);
}

/** Of all of them at once: they have different hours, and take different times. */
function jobConnections(manifests: readonly Manifest[]): number {
  return podTemplates(manifests)
    .flatMap(({ template }) => template.spec.containers)
    .filter(({ image }) => /(^|[/-])database[:@]/.test(image))
    .map(({ args = [] }) => Number(args[args.indexOf('--jobs') + 1]) || 0)
    .reduce((sum, jobs) => sum + jobs + CONNECTIONS_OF_A_JOB, 0);
}

/** @returns what is wrong with the autoscalers' schedule, if there is one */
export function findScheduleProblems(manifests: readonly Manifest[]): string[] {
  const named = (name: string) =>
    manifests
      .filter((each) => each.kind === 'CronJob')
      .find(({ metadata }) => metadata.name === `scale-for-${name}`);
  const [day, night] = [named('day'), named('night')];
  if (!day || !night) return day || night ? ['a schedule needs a day and a night'] : [];
  const autoscalers = manifests.filter((each) => each.kind === 'HorizontalPodAutoscaler');
  return [
    ...findHourProblems(day, night),
    ...autoscalers.flatMap((each) => least(each, day, night)),
  ];
}

function findHourProblems(day: CronJob, night: CronJob): string[] {
  const hours = [...hoursOf(day), ...hoursOf(night)].sort((a, b) => a - b);
  const wanted = Array.from({ length: 24 }, (_, hour) => hour);
  return [
    ...(hours.join() === wanted.join() ? [] : [`day and night have the hours ${hours.join(', ')}`]),
    ...(day.spec.timeZone === night.spec.timeZone ? [] : ['day and night are in two time zones']),
  ];
}

/** Of a schedule such as "0 22-23,0-5 * * *". */
function hoursOf({ spec }: CronJob): number[] {
  return (spec.schedule.split(' ')[1] ?? '').split(',').flatMap((part) => {
    const [first = Number.NaN, last = first] = part.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, index) => first + index);
  });
}

function least(
  { metadata, spec }: HorizontalPodAutoscaler,
  day: CronJob,
  night: CronJob,
): string[] {
  const [byDay, byNight] = [day, night].map((job) => setTo(job, metadata.name));
  const { minReplicas = 1, maxReplicas } = spec;
  const fits = byDay === minReplicas && byNight !== undefined && byNight <= byDay && byNight > 0;
  return fits && byDay <= maxReplicas
    ? []
    : [`${metadata.name} has at least ${minReplicas} pods, by day ${byDay}, by night ${byNight}`];
}

/** What a job sets the least number of pods to. */
function setTo(job: CronJob, autoscaler: string): number | undefined {
  const { containers } = job.spec.jobTemplate.spec.template.spec;
  const own = containers.find(({ args = [] }) =>
    args.includes(`horizontalpodautoscaler/${autoscaler}`),
  );
  const patch = own?.args?.find((arg) => arg.startsWith('--patch='))?.slice('--patch='.length);
  return patch === undefined ? undefined : JSON.parse(patch).spec.minReplicas;
}
