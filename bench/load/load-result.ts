/** What came of one piece of load. */
export interface LoadResult {
  /** Requests or transactions. */
  readonly count: number;
  readonly errors: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** CPU time of the program that made the load: on a shared machine it is taken from the others. */
  readonly loadSeconds: number;
}

/** The same, with the CPU time that one request took, in microseconds. */
export interface Measured extends Omit<LoadResult, 'loadSeconds'> {
  readonly apiUs: number;
  readonly databaseUs: number;
  readonly loadUs: number;
}
