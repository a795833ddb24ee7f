/** What came of one piece of load. */
export interface LoadResult {
  /** Requests or transactions. */
  readonly count: number;
  readonly errors: number;
  readonly perSecond: number;
  readonly p50Ms: number;
  readonly p95Ms: number;
  readonly p99Ms: number;
}

/** CPU time that one request took, in microseconds. */
interface CpuPerRequest {
  readonly apiUs: number;
  readonly databaseUs: number;
}

export interface Measured extends LoadResult, CpuPerRequest {}
