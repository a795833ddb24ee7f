// Faults that the checks must find, injected into the backend's bundles and the database's functions.
//
// Not injected yet: a promotion that is counted after the commit, because there are no promotions yet.

import { query } from '../../../testbed/database.ts';
import { type Patches, patchFunction, type Replacement } from '../faults/patched-build.ts';

interface Fault {
  /** Whether it shows only while units run short. */
  readonly needsScarcity?: boolean;
  readonly programs?: Patches;
  /** By the name of the database's function. */
  readonly functions?: Readonly<Record<string, readonly Replacement[]>>;
  /** Run once: constraints that would turn the fault into an error. */
  readonly sql?: string;
}

const SETTLE = 'const rows = await query(connection, settleOrdersStatement, [bucket, ...values]);';
const SETTLED = 'return settlements.map((_, index) => settled.has(index + 1));';
const ALL_ROWS = 'settlements.map((_, index) => ({ ordinal: index + 1 }))';
/** Long enough for a kill to fall into it. */
const WINDOW_MS = 1000;

export const FAULTS: Readonly<Record<string, Fault>> = {
  'has no unique key': {
    functions: {
      place_orders: [
        ['select array_agg(l.ordinal) into replayed', 'select null::integer[] into replayed'],
      ],
    },
    sql: 'alter table idempotency_keys drop constraint idempotency_keys_pkey',
  },
  'writes the key outside the transaction': {
    programs: {
      'main.js': [
        [
          'key: request.idempotentRequest.key, stored }',
          'key: request.idempotentRequest.key, fingerprint: request.idempotentRequest.fingerprint, stored }',
        ],
        [
          SETTLED,
          `const ended = settlements.filter((each, index) => each.response && settled.has(index + 1));
           await new Promise((done) => setTimeout(done, ${WINDOW_MS}));
           for (const { customerId, response } of ended)
             await storeResponse(connection, customerId, response, response.stored);
           ${SETTLED}`,
        ],
      ],
    },
    functions: {
      place_orders: [['where order_keys[c.ordinal] is not null;', 'where false;']],
    },
  },
  'reads the stock and then writes it': {
    needsScarcity: true,
    functions: {
      place_orders: [
        [
          `order by i.product_id
      for no key update
    ) as i;`,
          `order by i.product_id
    ) as i;
    perform pg_sleep(2);`,
        ],
      ],
    },
    sql: `alter table inventory drop constraint inventory_held_check;
          alter table inventory drop constraint inventory_on_hand_check;`,
  },
  'acknowledges before the commit': {
    programs: {
      'main.js': [
        [
          SETTLE,
          `setTimeout(() => query(connection, settleOrdersStatement, [bucket, ...values]).catch(() => {}), ${WINDOW_MS});
           const rows = ${ALL_ROWS};`,
        ],
      ],
    },
  },
  'takes the ROLLBACK of a COMMIT for a commit': {
    programs: {
      'main.js': [
        [
          SETTLE,
          `const rows = "client" in connection || Math.random() < 0.7
             ? await query(connection, settleOrdersStatement, [bucket, ...values])
             : await inTransaction(connection, async (transaction) => {
                 await transaction.client.query("select 1 / 0").catch(() => {});
                 await query(transaction, settleOrdersStatement, [bucket, ...values]).catch(() => {});
                 return commit(${ALL_ROWS});
               });`,
        ],
      ],
    },
  },
  'gives each attempt of a delivery another id': {
    programs: { 'worker.js': [['id: delivery.event_id,', 'id: crypto.randomUUID(),']] },
  },
  'ends the hold after the transaction of the payment': {
    programs: {
      'main.js': [
        [
          SETTLED,
          `const sold = settlements.filter((each, index) => each.status === "paid" && settled.has(index + 1));
           const release = {
             name: "release-later",
             text: \`update inventory as i set held = held - l.quantity, on_hand = on_hand - l.quantity,
               sold = sold + l.quantity from order_items as l
               where i.bucket = $1 and l.bucket = $1 and l.order_id = $2::uuid and i.product_id = l.product_id\`,
           };
           for (const { orderId } of sold)
             setTimeout(() => query(connection, release, [bucket, orderId]).catch(() => {}), ${WINDOW_MS});
           ${SETTLED}`,
        ],
      ],
    },
    functions: {
      settle_orders: [
        [
          'set held = i.held - u.quantity, on_hand = i.on_hand - u.sold, sold = i.sold + u.sold,',
          'set held = i.held - u.quantity + u.sold,',
        ],
      ],
    },
  },
};

/** The database, which is thrown away afterwards, has the fault from now on. @returns what the programs need */
export async function injectFault(databaseUrl: string, name: string): Promise<Patches> {
  const fault = FAULTS[name];
  if (!fault) throw new Error(`There is no fault "${name}".`);
  if (fault.sql) await query(databaseUrl, fault.sql);
  for (const [each, replacements] of Object.entries(fault.functions ?? {}))
    await patchFunction(databaseUrl, each, replacements);
  return fault.programs ?? {};
}
