import { setTimeout as sleep } from 'node:timers/promises';
import { Failure, reasonOf } from '../failure.ts';

/** How the running shop is asked. */
export interface Shop {
  /** Such as `https://shop.example.com`. */
  readonly base: string;
  readonly signal: AbortSignal;
  readonly pollMs: number;
  /** When to give up, as `Date.now()` counts. */
  readonly deadline: number;
  log(line: string): void;
}

export interface ShopRequest {
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** @default - POST with a body, else GET */
  readonly method?: 'POST' | 'DELETE';
  readonly token?: string;
  /** Makes a repetition of the request harmless. */
  readonly idempotencyKey?: string;
  /** What cannot be said of the shop if this fails. */
  readonly what: string;
  readonly remedy: string;
}

interface Response {
  readonly body: unknown;
  /** Undefined if it succeeded. */
  readonly problem: string | undefined;
  /** Whether the same request can never succeed: the backend itself refused it. */
  readonly isFinal: boolean;
}

/** A member of a JSON object. */
export function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null && name in value
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

/** The members of a JSON array. */
export function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

async function send(shop: Shop, request: ShopRequest): Promise<Response> {
  const { path, body, token, idempotencyKey } = request;
  try {
    const response = await fetch(`${shop.base}${path}`, {
      method: request.method ?? (body ? 'POST' : 'GET'),
      headers: {
        'user-agent': 'carthub-deploy',
        ...(body && { 'content-type': 'application/json' }),
        ...(token && { authorization: `Bearer ${token}` }),
        ...(idempotencyKey && { 'idempotency-key': idempotencyKey }),
      },
      ...(body && { body: JSON.stringify(body) }),
      signal: AbortSignal.any([shop.signal, AbortSignal.timeout(10_000)]),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get('content-type') ?? '');
    const parsed: unknown = isJson ? JSON.parse(text) : text;
    if (response.ok) return { body: parsed, problem: undefined, isFinal: true };
    const said = ['code', 'detail'].flatMap((name) => member(parsed, name) ?? []).join(': ');
    const problem = `HTTP ${response.status}${said && ` ${said}`}`;
    // Before the targets are in service the load balancer answers, without a problem document.
    const { status } = response;
    const isFinal = said !== '' && status < 500 && ![408, 425, 429].includes(status);
    return { body: parsed, problem, isFinal };
  } catch (error) {
    shop.signal.throwIfAborted();
    const cause = error instanceof Error && error.cause ? error.cause : error;
    return { body: undefined, problem: reasonOf(cause), isFinal: false };
  }
}

/**
 * Repeats a request until the shop answers: a new load balancer needs minutes until its name resolves and its targets
 * are in service.
 *
 * @returns the response's body; @throws Failure at the deadline, or if the backend refuses
 */
export async function ask(shop: Shop, request: ShopRequest): Promise<unknown> {
  let logged: string | undefined;
  for (;;) {
    const { body, problem, isFinal } = await send(shop, request);
    if (problem === undefined) return body;
    const line = `${shop.base}${request.path}: ${problem}`;
    if (isFinal || Date.now() > shop.deadline)
      throw new Failure(request.what, line, request.remedy);
    if (line !== logged) shop.log(line);
    logged = line;
    await sleep(shop.pollMs, undefined, { signal: shop.signal });
  }
}
