import { Gauge, type Registry } from 'prom-client';
import type { RequestDatabase } from '../../../db/connection.ts';
import { sharedReading } from '../../../metrics/shared-reading.ts';
import { sumUnits } from './stock-upkeep.queries.ts';

const STATES = ['free', 'held', 'sold'] as const;

/**
 * The units of all products. On hand are those that are free and held; received are those and the sold ones: the sum of
 * all three changes by imports only.
 */
export function createStockMetrics(registry: Registry, database: RequestDatabase): void {
  const registers = [registry];
  const readOnce = sharedReading(() => sumOverBuckets(database));
  new Gauge({
    name: 'carthub_stock_units',
    help: 'Units of all products: free, held for orders that wait for their payment, sold',
    labelNames: ['state'],
    registers,
    async collect() {
      const sum = await readOnce();
      if (sum) for (const state of STATES) this.set({ state }, sum[state]);
    },
  });
  new Gauge({
    name: 'carthub_stock_wrong_products',
    help: 'Products whose held units are not those of the orders that wait for their payment',
    registers,
    async collect() {
      const sum = await readOnce();
      if (sum) this.set(sum.wrong);
    },
  });
}

async function sumOverBuckets(database: RequestDatabase) {
  const sum = { free: 0, held: 0, sold: 0, wrong: 0 };
  for (let bucket = 0; bucket < database.buckets.count; bucket += 1) {
    const units = await sumUnits(database, bucket);
    for (const state of STATES) sum[state] += units[state];
    sum.wrong += units.wrong;
  }
  return sum;
}
