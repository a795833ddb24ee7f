// Buyers order through two backends and two workers that are killed and paused, on a PostgreSQL that crashes.

import { setTimeout as sleep } from 'node:timers/promises';
import { query } from '../../../testbed/database.ts';
import { merged, type Patches, patchBuild } from '../faults/patched-build.ts';
import { createRandom } from '../random.ts';
import { checkAll } from './checks/check-all.ts';
import { readRecords } from './checks/records.ts';
import { buy, type Ending } from './clients/buyer.ts';
import { startEventReceiver } from './clients/event-receiver.ts';
import type { Purchase } from './clients/history.ts';
import { addProducts } from './market.ts';
import { ledgerPatches, SHORT_HOLDS } from './payments/ledger-provider.ts';
import { startPaymentLedger } from './payments/payment-ledger.ts';
import { type Amounts, disturb, schedule } from './processes/disturbances.ts';
import { type Database, Fleet } from './processes/fleet.ts';

export interface Storm extends Amounts {
  readonly seed: number;
  readonly database: Database;
  readonly buckets: number;
  /** Directory of the backend, built. */
  readonly backend: string;
  /** Beside those of the ledger. */
  readonly patches?: Patches;
  readonly buyers: number;
  readonly checkouts: number;
  /** Few products, all of which run short. */
  readonly isScarce?: boolean;
  /** How long the workers may take afterwards. @default a minute */
  readonly maxSettlingMs?: number;
}

export interface Outcome {
  readonly purchases: readonly Purchase[];
  readonly ordered: number;
  readonly placed: number;
  /** What contradicts itself; empty if nothing does. */
  readonly problems: readonly string[];
}

const ENVIRONMENT = {
  PAYMENT_TIMEOUT_MS: '500',
  TAX_RATE_PERCENT: '8.875',
  SHIPPING_FLAT: '4.95',
  MAX_CONCURRENT_REQUESTS: '0',
  WEBHOOK_SECRET: `whsec_${Buffer.alloc(24, 7).toString('base64')}`,
  WEBHOOK_TIMEOUT_MS: '8000',
  EVENT_RETRY_MS: '200',
  EVENT_LEASE_MS: '2000',
  ORDERS_POLL_MS: '250',
  LOG_LEVEL: 'silent',
};
/** Of one bucket by one worker; the default of EVENT_CONCURRENCY. */
const DELIVERIES_AT_ONCE = 16;
const MAX_SETTLING_MS = 60_000;

export async function storm(options: Storm): Promise<Outcome> {
  const { seed, database, checkouts } = options;
  const random = createRandom(seed);
  await using ledger = await startPaymentLedger(createRandom(seed + 1));
  await using receiver = await startEventReceiver(createRandom(seed + 2));
  const patches = merged(ledgerPatches(ledger.url), SHORT_HOLDS, options.patches ?? {});
  await using build = await patchBuild(options.backend, patches);
  const received = await addProducts(database.url, options);
  await using fleet = await Fleet.start(
    {
      backend: build.directory,
      databaseUrl: database.url,
      env: { ...ENVIRONMENT, WEBHOOK_URL: receiver.url },
    },
    ['main', 'worker'],
  );
  const endings: Ending[] = [];
  const buying = Promise.all(
    Array.from({ length: options.buyers }, (_, index) => {
      const own = createRandom(seed + 100 + index);
      const market = {
        urlNow: () => own.pick(fleet.urls),
        products: [...received.keys()],
        random: own,
      };
      return buy(
        market,
        () => endings.length < checkouts,
        (ending) => endings.push(ending),
      );
    }),
  );
  const disturbances = schedule(random, options);
  const progress = () => endings.length / checkouts;
  await Promise.all([buying, disturb(disturbances, { fleet, database }, progress)]);
  const purchases = endings.filter(isPurchase);
  const unsettled = await settled(database.url, options.maxSettlingMs ?? MAX_SETTLING_MS);
  const records = await readRecords(database.url);
  const maxRepeats = (disturbances.length + 1) * DELIVERIES_AT_ONCE * options.buckets;
  const problems = [
    ...endings.filter((ending) => ending instanceof Error).map(({ message }) => message),
    ...unsettled,
    ...checkAll({
      purchases,
      records,
      ledger: ledger.entries,
      deliveries: receiver.deliveries,
      maxRepeats,
      received,
    }),
  ];
  const ordered = records.orders.filter(({ status }) => status === 'paid').length;
  return { purchases, ordered, placed: records.orders.length, problems };
}

const isPurchase = (ending: Ending): ending is Purchase => !(ending instanceof Error);

const MAX_SHOWN = 15;
const MAX_LENGTH = 400;

/** A run that goes wrong has hundreds of problems of a few kinds. */
export const firstOf = (problems: readonly string[]): string[] => [
  ...problems.slice(0, MAX_SHOWN).map((problem) => problem.slice(0, MAX_LENGTH)),
  ...(problems.length > MAX_SHOWN ? [`and ${problems.length - MAX_SHOWN} more`] : []),
];

/** Waits until the workers have nothing left to do. @returns what is left, if they do not come to an end */
async function settled(databaseUrl: string, maxMs: number): Promise<string[]> {
  const giveUpAt = performance.now() + maxMs;
  for (;;) {
    const [left] = await query<Record<string, number>>(
      databaseUrl,
      `select (select count(*)::integer from stock_holds) as holds,
         (select count(*)::integer from payment_voids) as voids,
         (select count(*)::integer from payments where status = 'pending') as payments,
         (select count(*)::integer from outbox where routed_at is null) as unrouted,
         (select count(*)::integer from outbox_deliveries where state <> 'delivered') as deliveries`,
    );
    const work = Object.entries(left ?? {}).filter(([, count]) => count > 0);
    if (work.length === 0) return [];
    if (performance.now() > giveUpAt)
      return work.map(([what, count]) => `the workers have left ${count} ${what}`);
    await sleep(200);
  }
}
