// Many clients change few carts through two backends, each of which is killed (SIGKILL) repeatedly.

import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Backend, startBackend } from '../../../testbed/backend.ts';
import { asBackendRole, query } from '../../../testbed/database.ts';
import { type Customer, perform, toFinal } from './cart-client.ts';
import type { Operation, State } from './cart-model.ts';
import { checkCart, type Event, type Final } from './linearizability.ts';

/** A checkout whose process was killed is taken over soon. */
const SHORT_TIMEOUTS = { PAYMENT_TIMEOUT_MS: '500', LOG_LEVEL: 'silent' };
const CUSTOMERS = 12;
const CLIENTS_OF_EACH = 4;
const PRODUCTS = ['product-1', 'product-2', 'product-3', 'product-4'];
const KINDS: readonly Operation['kind'][] = [
  ...Array<'add'>(12).fill('add'),
  ...Array<'set'>(3).fill('set'),
  ...Array<'remove'>(3).fill('remove'),
  ...Array<'read'>(3).fill('read'),
  'clear',
  'checkout',
  'merge',
];
/** The share of operations with an Idempotency-Key, which are retried until there is a response. */
const KEYED_SHARE = 0.5;

export interface Contention {
  /** Directory of the backend under test, built. */
  readonly backend: string;
  readonly databaseUrl: string;
  readonly operations: number;
  readonly kills: number;
}

export interface Outcome {
  readonly events: readonly Event[];
  readonly kills: number;
  /** What cannot be explained; empty if everything can. */
  readonly problems: readonly string[];
}

const pick = <Item>(items: readonly Item[]): Item => {
  const item = items[Math.floor(Math.random() * items.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
};

function randomOperation(): Operation {
  const kind = pick(KINDS);
  const product = pick(PRODUCTS);
  if (kind === 'add') return { kind, product, quantity: pick([1, 2, 3]) };
  if (kind === 'set') return { kind, product, quantity: pick([0, 1, 5, 9]) };
  if (kind === 'merge')
    return {
      kind,
      lines: new Map([
        [pick(PRODUCTS), 1],
        [product, 2],
      ]),
    };
  return kind === 'remove' ? { kind, product } : { kind };
}

/** The database must have the products and unlimited stock. */
export async function contend(contention: Contention): Promise<Outcome> {
  const { databaseUrl, operations } = contention;
  const backends: Backend[] = [];
  try {
    for (let i = 0; i < 2; i += 1) backends.push(await start(contention));
    const urlNow = () => pick(backends).url;
    const customers = await Promise.all(Array.from({ length: CUSTOMERS }, () => begin(urlNow)));
    const events: Event[] = [];
    const guests: string[] = [];
    let left = operations;
    const client = async (customer: Customer) => {
      while (left > 0) {
        const operation = randomOperation();
        const guest =
          operation.kind === 'merge'
            ? await beginWith(databaseUrl, urlNow, operation.lines)
            : undefined;
        const isKeyed = guest !== undefined || Math.random() < KEYED_SHARE;
        const key = isKeyed ? randomUUID() : undefined;
        const event = await perform(urlNow, customer, operation, key, guest);
        if (event === undefined) continue;
        left -= 1;
        events.push(event);
        if (guest && event.outcome === 'ok') guests.push(guest.id);
      }
    };
    const clients = Promise.all(
      customers.flatMap((customer) =>
        Array.from({ length: CLIENTS_OF_EACH }, () => client(customer)),
      ),
    );
    const kills = await killUntil(backends, contention, () => left <= 0);
    await clients;
    const problems = [
      ...(await Promise.all(customers.map(({ id }) => problemsOf(databaseUrl, events, id)))).flat(),
      ...(await leftBehind(databaseUrl, guests)),
    ];
    return { events, kills, problems };
  } finally {
    for (const backend of backends) await backend[Symbol.asyncDispose]();
  }
}

const start = ({ backend, databaseUrl }: Contention) =>
  startBackend({
    directory: backend,
    databaseUrl: asBackendRole(databaseUrl),
    env: SHORT_TIMEOUTS,
  });

/** Kills the backends in turn until the operations are done. */
async function killUntil(
  backends: Backend[],
  contention: Contention,
  isDone: () => boolean,
): Promise<number> {
  let kills = 0;
  while (!isDone() || kills < contention.kills) {
    await sleep(300 + Math.random() * 900);
    const place = kills % backends.length;
    const killed = backends[place];
    if (!killed) throw new Error('no backend to kill');
    process.kill(killed.pid, 'SIGKILL');
    await killed[Symbol.asyncDispose]();
    backends[place] = await start(contention);
    kills += 1;
  }
  return kills;
}

async function begin(urlNow: () => string): Promise<Customer> {
  for (;;) {
    try {
      const response = await fetch(`${urlNow()}/api/v1/sessions`, { method: 'POST' });
      const session: { customer_id: string; token: string } = JSON.parse(await response.text());
      return { id: session.customer_id, token: session.token };
    } catch {
      await sleep(20);
    }
  }
}

/** Creates a guest with a cart. */
async function beginWith(
  databaseUrl: string,
  urlNow: () => string,
  lines: State,
): Promise<Customer> {
  const guest = await begin(urlNow);
  const values = [...lines].map(
    ([product, quantity], place) => `('${product}', ${quantity}, interval '${place} us')`,
  );
  await query(
    databaseUrl,
    `insert into carts (customer_id, version) values ('${guest.id}', 1);
     insert into cart_items (customer_id, product_id, product_name, price, quantity, added_at)
     select '${guest.id}', product_id, product_name, price, line.quantity, now() + line.later
     from (values ${values.join()}) as line(product_id, quantity, later)
     join products using (product_id)`,
  );
  return guest;
}

async function problemsOf(databaseUrl: string, events: readonly Event[], id: string) {
  const mine = events.filter(({ customer }) => customer === id);
  const final = await readFinal(databaseUrl, id);
  return checkCart(mine, final).map((problem) => `${id}: ${problem}`);
}

/** Merged lines must not remain in the guest's cart. */
async function leftBehind(databaseUrl: string, guests: readonly string[]): Promise<string[]> {
  const rows = await query<{ customer_id: string }>(
    databaseUrl,
    'select distinct customer_id from cart_items',
  );
  const holders = new Set(rows.map((row) => row.customer_id));
  return guests.filter((id) => holders.has(id)).map((id) => `${id} was merged and has lines`);
}

async function readFinal(databaseUrl: string, id: string): Promise<Final> {
  const [row] = await query<Parameters<typeof toFinal>[0]>(
    databaseUrl,
    `select (select version::integer from carts where customer_id = '${id}') as version,
       (select json_agg(json_build_array(product_id, quantity) order by added_at, product_id)
        from cart_items where customer_id = '${id}') as lines,
       (select count(*)::integer from orders
        where customer_id = '${id}' and status = 'paid') as orders`,
  );
  if (!row) throw new Error('no answer');
  return toFinal(row);
}
