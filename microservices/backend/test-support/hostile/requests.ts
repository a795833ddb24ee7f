// Hostile requests to an operation: one part of a request that fits is replaced by a hostile value.

import { leavesOf, type Operation, sampleText } from './operations.ts';
import {
  BODIES,
  CONTENT_TYPES,
  ENCODED,
  FEW_HEADER_VALUES,
  FRAGMENTS,
  HEADER_NAMES,
  HEADER_VALUES,
} from './values.ts';

type Header = readonly [name: string, value: string];

export interface HostileRequest {
  readonly what: string;
  readonly operation: Operation;
  readonly target: string;
  readonly headers: readonly Header[];
  readonly body: Buffer | undefined;
  /** Whether the address still leads to the operation, so that it documents the status. */
  readonly isRouted: boolean;
}

/** The places of the customer's id and of another guest's token in a target or body. */
export const CUSTOMER = '{customer_id}';
export const GUEST_TOKEN = '{guest_token}';
export const NORMAL = 'as it should be';
const PLACE = '"@hostile@"';

export function* hostileRequests(operation: Operation): Generator<HostileRequest> {
  const normal = normalRequest(operation);
  yield normal;
  yield* hostilePaths(operation, normal);
  yield* hostileQueries(operation, normal);
  yield* hostileHeaders(operation, normal);
  yield* hostileBodies(operation, normal);
}

function normalRequest(operation: Operation): HostileRequest {
  const { body } = operation;
  return {
    what: NORMAL,
    operation,
    target: fillPath(operation.path, {}),
    headers: body === undefined ? [] : [['content-type', 'application/json']],
    body: body === undefined ? undefined : Buffer.from(JSON.stringify(body)),
    isRouted: true,
  };
}

const fillPath = (path: string, replaced: Readonly<Record<string, string>>): string =>
  path.replace(/\{(\w+)\}/g, (_, name: string) => replaced[name] ?? sampleText(name));

function* hostilePaths({ path, pathNames }: Operation, normal: HostileRequest) {
  for (const name of pathNames) {
    for (const value of ENCODED) {
      const target = fillPath(path, { [name]: value });
      yield { ...normal, what: `path ${name}=${value}`, target };
    }
  }
  for (const end of ['/', '//', '/..', '?', '%00', '/%ff']) {
    const what = `path and ${end}`;
    yield { ...normal, what, target: normal.target + end, isRouted: end === '?' };
  }
}

function* hostileQueries({ queryNames }: Operation, normal: HostileRequest) {
  const names = queryNames.length > 0 ? [...queryNames, 'unknown'] : [];
  const queries = names.flatMap((name) => ENCODED.map((value) => `${name}=${value}`));
  const others = ['%ff=1', '__proto__=1', 'a[b]=1', '&&==&', '%zz', 'limit=1&limit=2', 'q=%'];
  for (const query of [...queries, ...others]) {
    yield { ...normal, what: `query ${query}`, target: `${normal.target}?${query}` };
  }
}

function* hostileHeaders(
  { headerNames, body }: Operation,
  normal: HostileRequest,
): Generator<HostileRequest> {
  for (const name of [...headerNames, ...HEADER_NAMES]) {
    for (const value of headerNames.includes(name) ? HEADER_VALUES : FEW_HEADER_VALUES) {
      const others = normal.headers.filter(([other]) => other !== name);
      yield { ...normal, what: `header ${name}: ${value}`, headers: [...others, [name, value]] };
    }
    const twice: Header[] = [...normal.headers, [name, '1'], [name, '2']];
    yield { ...normal, what: `two headers ${name}`, headers: twice };
  }
  for (const type of CONTENT_TYPES) {
    const headers = [['content-type', type]] as const;
    yield { ...normal, what: `content type ${type}`, headers };
    if (body === undefined) continue;
    yield { ...normal, what: `content type ${type} without body`, headers, body: Buffer.from('') };
  }
}

function* hostileBodies({ method, body }: Operation, normal: HostileRequest) {
  if (method === 'GET') return;
  const headers = [['content-type', 'application/json']] as const;
  for (const hostile of BODIES) {
    const what = `body ${hostile.toString('latin1')}`;
    yield { ...normal, what, headers, body: hostile };
  }
  if (body === undefined) return;
  for (const path of leavesOf(body)) {
    const [before = '', after = ''] = JSON.stringify(withPlace(body, path)).split(PLACE);
    for (const fragment of FRAGMENTS) {
      const what = `body ${path.join('.')}: ${fragment.toString('latin1')}`;
      const parts = [Buffer.from(before), fragment, Buffer.from(after)];
      yield { ...normal, what, headers, body: Buffer.concat(parts) };
    }
  }
}

/** The body with a mark at this field. */
function withPlace(body: unknown, path: readonly string[]): unknown {
  const [name, ...rest] = path;
  if (name === undefined) return JSON.parse(PLACE);
  const inner = Object.entries(Object(body)).find(([key]) => key === name)?.[1];
  return { ...Object(body), [name]: withPlace(inner, rest) };
}
