// Deadlines, names and schedules of Jobs.

import type { CronJob, Job } from '../../manifests/kinds.ts';

/** A Job's template is immutable (kubernetes, ValidateJobSpecUpdate): another image needs another name. */
export function inJob({ metadata, spec }: Job): string[] {
  const [, tag = ''] =
    /:([^:@/]+)(?:@|$)/.exec(spec.template.spec.containers[0]?.image ?? '') ?? [];
  return [
    ...(metadata.name.endsWith(`-${tag}`) ? [] : [`is not named after its image, ${tag}`]),
    ...inJobSpec(spec),
    ...(spec.ttlSecondsAfterFinished === undefined
      ? ['is never deleted (no ttlSecondsAfterFinished)']
      : []),
  ];
}

/**
 * Limits of Kubernetes, "CronJob": a name of at most 52 characters, and no deadline below the 10 s between two checks of
 * the controller. Time zones are names of the tz database; `Local` is refused.
 */
export function inCronJob({ metadata, spec }: CronJob): string[] {
  return [
    ...(spec.concurrencyPolicy === 'Forbid' ? [] : ['may run concurrently with itself']),
    ...(metadata.name.length <= 52 ? [] : ['has a name of more than 52 characters']),
    ...((spec.startingDeadlineSeconds ?? 0) >= 10
      ? []
      : ['has no startingDeadlineSeconds of at least 10']),
    ...(isTimeZone(spec.timeZone) ? [] : ['has no time zone']),
    ...(isSchedule(spec.schedule) ? [] : ['has no valid schedule']),
    ...inJobSpec(spec.jobTemplate.spec),
  ];
}

/** A Job's pods are never restarted, or on failure (Kubernetes, "Jobs", "Pod Template"). */
function inJobSpec({ activeDeadlineSeconds, backoffLimit, template }: Job['spec']): string[] {
  const { restartPolicy = 'Always' } = template.spec;
  return [
    ...(/^(Never|OnFailure)$/.test(restartPolicy)
      ? []
      : [`has the restartPolicy ${restartPolicy}`]),
    ...(activeDeadlineSeconds === undefined ? ['has no activeDeadlineSeconds'] : []),
    ...(backoffLimit === undefined ? ['has no backoffLimit'] : []),
  ];
}

function isTimeZone(name: string | undefined): boolean {
  return name !== undefined && Intl.supportedValuesOf('timeZone').concat('Etc/UTC').includes(name);
}

/** Of minute, hour, day of month, month and day of week, which has no 7 (robfig/cron v3, ParseStandard). */
const BOUNDS = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

/** The five fields in numbers; names and `@daily` are not used here. */
function isSchedule(schedule: string): boolean {
  const fields = schedule.split(' ');
  return (
    fields.length === BOUNDS.length &&
    BOUNDS.every(([least, most], index) =>
      (fields[index] ?? '').split(',').every((part) => isPart(part, least, most)),
    )
  );
}

/** A star, a number or a range, each with a step. */
function isPart(part: string, least: number, most: number): boolean {
  const [, first = '', last = first, step = '1'] =
    /^(\*|\d+)(?:(?<!\*)-(\d+))?(?:\/(\d+))?$/.exec(part) ?? [];
  if (first === '' || Number(step) < 1) return false;
  if (first === '*') return true;
  return Number(first) >= least && Number(first) <= Number(last) && Number(last) <= most;
}
