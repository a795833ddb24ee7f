/**
 * Paths that monitoring calls all the time. They are exempt from the concurrency limit, because an overload
 * is when their answer matters most, and the access log omits them unless they fail.
 */
const PROBE_PATHS: ReadonlySet<string> = new Set(['/livez', '/readyz', '/health', '/metrics']);

/** @param url with or without a query */
export function isProbe(url: string): boolean {
  const query = url.indexOf('?');
  return PROBE_PATHS.has(query === -1 ? url : url.slice(0, query));
}
