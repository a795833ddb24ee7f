// A shop of two backends on one database, and what its buyers do at the same moment.

import { randomUUID } from 'node:crypto';
import { BACKEND_DIRECTORY } from '../../../testbed/backend.ts';
import { query } from '../../../testbed/database.ts';
import { type Answer, insist, isAnswered, type Login, newLogin, send } from './clients/api.ts';
import { stock } from './market.ts';
import { type Database, Fleet, type Program, startDatabase } from './processes/fleet.ts';

const ADDRESS = {
  name: 'Buyer',
  line1: '1 Street',
  city: 'Town',
  postal_code: '12345',
  country: 'US',
};

export interface Shop extends AsyncDisposable {
  readonly database: Database;
  readonly fleet: Fleet;
  /** One product, with its units spread over the buckets. */
  addProduct(productId: string, units: number): Promise<void>;
  /** Buyers with one unit of the product in their carts. */
  buyersOf(productId: string, count: number): Promise<Login[]>;
  /** @param place of the backend, from 0 on */
  order(buyer: Login, place: number, key?: string, means?: string): Promise<Answer>;
}

export async function openShop(
  buckets: number,
  programs: readonly Program[],
  env: Readonly<Record<string, string>> = {},
  backend: string = BACKEND_DIRECTORY,
): Promise<Shop> {
  const database = await startDatabase(buckets);
  const options = {
    backend,
    databaseUrl: database.url,
    env: { LOG_LEVEL: 'silent', ...env },
  };
  const fleet = await Fleet.start(options, programs);
  const urlAt = (place: number): string => fleet.urls[place % fleet.urls.length] ?? '';
  return {
    database,
    fleet,
    addProduct: (productId, units) => addProduct(database.url, productId, units, buckets),
    buyersOf: (productId, count) => buyersOf(urlAt, productId, count),
    order: (buyer, place, key = randomUUID(), means = 'pm_test_approve') => {
      const body = {
        customer_id: buyer.customerId,
        email: `${key}@example.com`,
        shipping_address: ADDRESS,
        payment_method: means,
      };
      return send(
        urlAt(place),
        buyer,
        { method: 'POST', path: '/cart/checkout', body, key },
        60_000,
      );
    },
    [Symbol.asyncDispose]: async () => {
      await fleet[Symbol.asyncDispose]();
      await database[Symbol.asyncDispose]();
    },
  };
}

async function addProduct(url: string, productId: string, units: number, buckets: number) {
  await query(
    url,
    `insert into products (product_id, product_name, description, category, price, image_url)
     values ($1, 'Product', 'What it is', 'Things', 10, '/images/1')`,
    [productId],
  );
  await stock(url, productId, units, buckets);
}

/** In groups, because only the orders have to be at the same moment. */
const GROUP = 50;

async function buyersOf(
  urlAt: (place: number) => string,
  productId: string,
  count: number,
): Promise<Login[]> {
  const buyers: Login[] = [];
  while (buyers.length < count) {
    const size = Math.min(GROUP, count - buyers.length);
    buyers.push(
      ...(await Promise.all(
        Array.from({ length: size }, async (_, place) => {
          const buyer = await newLogin(() => urlAt(place));
          const body = { customer_id: buyer.customerId, product_id: productId, quantity: 1 };
          const add = { method: 'POST', path: '/cart/items', body, key: randomUUID() } as const;
          await insist(() => send(urlAt(place), buyer, add), isAnswered);
          return buyer;
        }),
      )),
    );
  }
  return buyers;
}
