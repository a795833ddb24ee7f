// Requests of a buyer to whichever backend is there.

import { setTimeout as sleep } from 'node:timers/promises';

export interface Login {
  readonly customerId: string;
  readonly token: string;
}

export interface Answer {
  /** 0: no response. */
  readonly status: number;
  readonly isReplay: boolean;
  readonly location: string | null;
  readonly text: string;
}

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Under /api/v1. */
  readonly path: string;
  readonly body?: object;
  readonly key?: string;
}

/** A response that takes longer is lost. */
const REQUEST_TIMEOUT_MS = 12_000;
const PAUSE_MS = 25;
/** Many who wait for the same must not be a load of their own. */
const MAX_PAUSE_MS = 500;
/** A claim of a killed process is taken over after 6 s. */
const MAX_RETRY_MS = 90_000;
const NOTHING: Answer = { status: 0, isReplay: false, location: null, text: '' };

export async function send(
  url: string,
  login: Login | undefined,
  { method, path, body, key }: Request,
  timeoutMs = REQUEST_TIMEOUT_MS,
): Promise<Answer> {
  try {
    const response = await fetch(`${url}/api/v1${path}`, {
      method,
      headers: {
        ...(login && { authorization: `Bearer ${login.token}` }),
        ...(body && { 'content-type': 'application/json' }),
        ...(key !== undefined && { 'idempotency-key': key }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const { status, headers } = response;
    const text = await response.text();
    const isReplay = headers.get('idempotency-replayed') === 'true';
    return { status, isReplay, location: headers.get('location'), text };
  } catch {
    return NOTHING;
  }
}

/** Repeats a request until `isFinal` accepts its response. @throws if that takes too long */
export async function insist(
  attempt: () => Promise<Answer>,
  isFinal: (answer: Answer) => boolean,
): Promise<Answer> {
  const giveUpAt = performance.now() + MAX_RETRY_MS;
  for (let tries = 1; ; tries += 1) {
    const answer = await attempt();
    if (isFinal(answer)) return answer;
    if (performance.now() > giveUpAt)
      throw new Error(
        `no final response within ${MAX_RETRY_MS} ms: ${answer.status} ${answer.text}`,
      );
    await sleep(Math.min(tries * PAUSE_MS, MAX_PAUSE_MS));
  }
}

/** Reads, and changes with a key that wait for nobody. */
export const isAnswered = ({ status }: Answer): boolean =>
  status > 0 && status < 500 && status !== 409 && status !== 429;

export async function newLogin(urlNow: () => string): Promise<Login> {
  const request = { method: 'POST', path: '/sessions' } as const;
  const { text } = await insist(() => send(urlNow(), undefined, request), isAnswered);
  const { customer_id, token } = JSON.parse(text);
  return { customerId: customer_id, token };
}
