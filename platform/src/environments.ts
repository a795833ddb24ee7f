/** What an environment's database allows; the class and the limit are set where the database is made. */
interface DatabaseSize {
  readonly instanceClass: string;
  readonly memoryGib: number;
  /** PostgreSQL's max_connections, set in the parameter group (decision 012). */
  readonly maxConnections: number;
}

export const DATABASES: Readonly<Record<string, DatabaseSize>> = {
  development: { instanceClass: 'db.t3.micro', memoryGib: 1, maxConnections: 80 },
  staging: { instanceClass: 'db.t3.medium', memoryGib: 4, maxConnections: 200 },
  production: { instanceClass: 'db.r5.large', memoryGib: 16, maxConnections: 400 },
};

/** RDS's own formula, by which it would set the limit: an upper bound of what the memory bears. */
export function memoryAllows({ memoryGib }: DatabaseSize): number {
  return Math.floor((memoryGib * 2 ** 30) / 9_531_392);
}
