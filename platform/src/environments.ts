/** The database of an environment, as infrastructure_cdk creates it. */
interface DatabaseSize {
  readonly instanceClass: string;
  readonly memoryGib: number;
  /** PostgreSQL's max_connections, set in the parameter group (decision 012). */
  readonly maxConnections: number;
}

export const DATABASES: Readonly<Record<string, DatabaseSize>> = {
  development: { instanceClass: 'db.t4g.micro', memoryGib: 1, maxConnections: 100 },
  staging: { instanceClass: 'db.t4g.medium', memoryGib: 4, maxConnections: 200 },
  production: { instanceClass: 'db.r6g.large', memoryGib: 16, maxConnections: 200 },
};

/** RDS's default formula for max_connections: an upper bound for this memory. */
export function connectionsForMemory({ memoryGib }: DatabaseSize): number {
  return Math.floor((memoryGib * 2 ** 30) / 9_531_392);
}
