// Sends hostile requests to every operation of the OpenAPI document, through a real socket.

import { once } from 'node:events';
import { Agent, request as send } from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Contract, readContract } from '../../test-support/hostile/contract.ts';
import {
  type OpenApiDocument,
  type Operation,
  readOperations,
  sampleText,
} from '../../test-support/hostile/operations.ts';
import {
  CUSTOMER,
  GUEST_TOKEN,
  type HostileRequest,
  hostileRequests,
  NORMAL,
} from '../../test-support/hostile/requests.ts';
import { startIssuer } from '../../test-support/identity/oidc-issuer.ts';
import { paidOrder } from '../../test-support/paid-orders.ts';
import { createTestApp, type TestApp, testBucketOf } from '../../test-support/test-app.ts';

const CUSTOMERS = 6000;
/** Of a normal request they mean that the sample of a new operation does not fit. */
const MISFITS = ['malformed-request', 'validation-failed'];
const CONCURRENCY = 8;

interface Walk {
  readonly shop: TestApp;
  readonly operations: readonly Operation[];
  readonly contract: Contract;
  readonly port: number;
  readonly agent: Agent;
  readonly guestToken: string;
  readonly staffToken: string;
  customers: number;
}

let issuer: Awaited<ReturnType<typeof startIssuer>>;
let walks: Walk[];
beforeAll(async () => {
  issuer = await startIssuer();
  const oidc = { OIDC_ISSUER: issuer.url, OIDC_AUDIENCE: 'carthub' };
  walks = [await begin(oidc), await begin({ CARTHUB_AUTH: 'off' })];
});
afterAll(async () => {
  for (const { shop, agent } of walks) {
    agent.destroy();
    await shop[Symbol.asyncDispose]();
  }
  await issuer[Symbol.asyncDispose]();
});

async function begin(env: Record<string, string>): Promise<Walk> {
  // All orders take the stock of one product, one after the other.
  const shop = await createTestApp({ ...env, DB_LOCK_TIMEOUT_MS: '60000' });
  await shop.addProduct('mug', { price: '10.00', stock: 1_000_000 });
  const shopper = await shop.newShopper();
  await paidOrder(shop, shopper, { mug: 99 }, 'captured', { orderId: sampleText('order_id') });
  const customers = Array.from({ length: CUSTOMERS }, (_, n) => `guest_walk_${n + 1}`);
  // A cart with one line for each request, so that none finds an empty one.
  await shop.sql(
    `with cart as (
       insert into carts (bucket, customer_id, version)
       select bucket, customer_id, 1 from unnest($1::smallint[], $2::text[]) as c(bucket, customer_id)
       returning bucket, customer_id
     )
     insert into cart_items (bucket, customer_id, product_id, product_name, price, quantity)
     select bucket, customer_id, 'mug', 'mug', 10, 1 from cart`,
    [customers.map(testBucketOf), customers],
  );
  await shop.app.listen({ host: '127.0.0.1', port: 0 });
  const address = shop.app.server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const document: OpenApiDocument = (await shop.call({ method: 'GET', url: '/openapi.json' })).body;
  const agent = new Agent({ keepAlive: true, maxSockets: CONCURRENCY });
  const operations = readOperations(document);
  const { token: guestToken } = await shop.context.tokens.issueGuestToken('guest_walk_other');
  const staffToken = await issuer.sign({ sub: 'ann', roles: ['staff'], exp: 4_000_000_000 });
  const contract = readContract(document);
  return { shop, operations, contract, port, agent, guestToken, staffToken, customers: 0 };
}

it.each([
  ['with tokens', 0],
  ['with trusted ids', 1],
])(
  'no hostile request gets 5xx or an undocumented answer, %s',
  async (_, index) => {
    const walk = walks[index];
    if (!walk) throw new Error('no walk');
    const requests = walk.operations.flatMap((operation) => [...hostileRequests(operation)]);
    const faults: string[] = [];
    await inParallel(requests, async (request) => {
      const fault = await faultOf(walk, request);
      if (fault) faults.push(`${request.operation.id}, ${request.what.slice(0, 100)}: ${fault}`);
    });
    console.log(`${requests.length} hostile requests`);
    expect(faults).toEqual([]);
  },
  120_000,
);

async function inParallel<T>(work: readonly T[], run: (one: T) => Promise<void>): Promise<void> {
  const rest = work.values();
  const worker = async () => {
    for (const one of rest) await run(one);
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
}

async function faultOf(walk: Walk, request: HostileRequest): Promise<string | undefined> {
  const answer = await answerTo(walk, request).catch((error: Error) => error);
  if (answer instanceof Error) return String(answer);
  const { status, type, body } = answer;
  if (status >= 500) return `status ${status} ${body}`;
  const isDocumented = String(status) in request.operation.responses;
  if (request.isRouted && !isDocumented && status !== 304) return `undocumented ${status} ${body}`;
  const breach =
    request.isRouted && status !== 304 && walk.contract(request.operation, status, body);
  if (breach) return breach;
  if (status < 400) return undefined;
  if (type !== 'application/problem+json') return `status ${status} as ${type}`;
  const problem = JSON.parse(body);
  if (problem.status !== status || !problem.code) return `no problem: ${body}`;
  if (request.what === NORMAL && MISFITS.includes(problem.code))
    return `extend operations.ts: ${body}`;
  return body.length > 20_000 ? `${body.length} characters` : undefined;
}

async function answerTo(walk: Walk, request: HostileRequest) {
  const { operation, target, headers, body } = request;
  walk.customers = (walk.customers % CUSTOMERS) + 1;
  const customerId = `guest_walk_${walk.customers}`;
  const { token } = operation.path.includes('/admin/')
    ? { token: walk.staffToken }
    : await walk.shop.context.tokens.issueGuestToken(customerId);
  const isSet = (name: string) => headers.some(([other]) => other === name);
  const all: (readonly string[])[] = [
    ...(isSet('authorization') ? [] : [['authorization', `Bearer ${token}`]]),
    ['host', 'shop.example'],
    ...headers,
  ];
  const filled = body
    ?.toString('latin1')
    .replaceAll(CUSTOMER, customerId)
    .replace(GUEST_TOKEN, walk.guestToken);
  if (filled !== undefined) all.push(['content-length', String(filled.length)]);
  const sent = send({
    port: walk.port,
    host: '127.0.0.1',
    agent: walk.agent,
    method: operation.method,
    path: target.replaceAll(CUSTOMER, customerId),
    headers: all.flat(),
  });
  sent.end(filled, 'latin1');
  const [response] = await once(sent, 'response');
  const type = String(response.headers['content-type']);
  if (type === 'text/event-stream') {
    response.destroy();
    return { status: response.statusCode, type, body: '' };
  }
  let text = '';
  for await (const chunk of response.setEncoding('utf8')) text += chunk;
  return { status: response.statusCode, type, body: text };
}
