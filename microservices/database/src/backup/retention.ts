export interface Retention {
  /** How many of the newest stay. */
  readonly keep: number | undefined;
  /** Younger ones stay. */
  readonly keepDays: number | undefined;
}

interface Aged {
  readonly id: string;
  readonly startedAt: string;
}

const DAY_MS = 86_400_000;

/**
 * Which ones no rule keeps, oldest first. With both rules a backup stays if either keeps it; with none
 * all stay. The newest always stays.
 * @param complete backups of one database
 */
export function chooseExpired<Backup extends Aged>(
  complete: readonly Backup[],
  { keep, keepDays }: Retention,
  now: Date,
): Backup[] {
  if (keep === undefined && keepDays === undefined) return [];
  const newestFirst = complete.toSorted((a, b) => (a.id < b.id ? 1 : -1));
  const isYoung = ({ startedAt }: Aged) =>
    keepDays !== undefined && now.getTime() - Date.parse(startedAt) < keepDays * DAY_MS;
  return newestFirst
    .filter((backup, index) => index >= Math.max(1, keep ?? 0) && !isYoung(backup))
    .toReversed();
}
