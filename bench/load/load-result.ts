/** The figures of one load. */
export interface LoadResult {
  /** Requests or transactions. */
  readonly count: number;
  readonly errors: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
  /** CPU time of the load generator, which shares the machine. */
  readonly loadSeconds: number;
}

/** The figures of one load, with CPU times per request in microseconds. */
export interface Measured extends Omit<LoadResult, 'loadSeconds'> {
  readonly apiUs: number;
  readonly databaseUs: number;
  readonly loadUs: number;
}
