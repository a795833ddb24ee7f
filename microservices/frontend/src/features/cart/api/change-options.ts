/** A hung request must not hold up the changes behind it; with its key it can be sent again. */
const TIMEOUT_MS = 20_000;

export interface ChangeHeaders {
  /** Idempotency-Key: the same one again never has a second effect. */
  readonly key: string;
  /** If-Match: the version of the cart that the change is meant for; any if undefined. */
  readonly version?: number | undefined;
}

/** For every change of the cart. It outlives a page that is left while it is on its way. */
export function changeOptions({ key, version }: ChangeHeaders) {
  const condition = version === undefined ? {} : { 'If-Match': `"${version}"` };
  return {
    headers: { 'Idempotency-Key': key, ...condition },
    keepalive: true,
    signal: AbortSignal.timeout(TIMEOUT_MS),
  };
}
