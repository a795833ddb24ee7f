/** How often promotions were used, and how often they can be. The function place_orders counts the uses. */
import { Type } from 'typebox';
import { customerKey } from '../../../db/buckets.ts';
import type { Connection, RequestDatabase, Transaction } from '../../../db/connection.ts';
import type { LockScope } from '../../../db/locks/lock-scope.ts';
import { defineStatement, query, queryOne } from '../../../db/statement.ts';

const readStandingStatement = defineStatement({
  name: 'read-customer-standing',
  text: `
    select
      exists (
        select from orders as o
        where o.bucket = $1::smallint and o.customer_id = $2::text
          and o.status not in ('payment_failed', 'expired', 'cancelled')
      ) as has_ordered,
      to_json(array(
        select u.promotion_id from promotion_uses as u
        where u.bucket = $1::smallint and u.customer_id = $2::text
      )) as used`,
  row: Type.Object({ has_ordered: Type.Boolean(), used: Type.Array(Type.String()) }),
});

const findAllotmentsStatement = defineStatement({
  name: 'find-allotments',
  text: `
    select bucket::integer as bucket, promotion_id, allotted - used as free
    from promotion_allotments
    where promotion_id = any($1::text[]) and allotted > used
    order by free desc`,
  row: Type.Object({ bucket: Type.Integer(), promotion_id: Type.String(), free: Type.Integer() }),
});

const lockAllotmentStatement = defineStatement({
  name: 'lock-allotment',
  text: `
    select allotted - used as free from promotion_allotments
    where bucket = $1::smallint and promotion_id = $2::text
    for no key update`,
  row: Type.Object({ free: Type.Integer() }),
});

const giveUsesStatement = defineStatement({
  name: 'give-uses',
  text: `
    update promotion_allotments set allotted = allotted - $3::integer
    where bucket = $1::smallint and promotion_id = $2::text
    returning allotted`,
  row: Type.Object({ allotted: Type.Integer() }),
});

const getUsesStatement = defineStatement({
  name: 'get-uses',
  text: `
    insert into promotion_allotments as a (bucket, promotion_id, allotted)
    values ($1::smallint, $2::text, $3::integer)
    on conflict (bucket, promotion_id) do update set allotted = a.allotted + excluded.allotted
    returning allotted`,
  row: Type.Object({ allotted: Type.Integer() }),
});

export const statements = [
  readStandingStatement,
  findAllotmentsStatement,
  lockAllotmentStatement,
  giveUsesStatement,
  getUsesStatement,
];

/** The uses of a limited promotion, which orders lock one after the other; as the stock of a product. */
export const promotionScope = (promotionId: string): LockScope => ({
  name: `promotion ${promotionId}`,
  width: 2,
});

/** @returns whether the customer has an order, and the promotions of their orders */
export async function readStanding(
  connection: Connection,
  customerId: string,
): Promise<{ readonly hasOrdered: boolean; readonly used: readonly string[] }> {
  const key = customerKey(connection, customerId);
  const row = await queryOne(connection, readStandingStatement, key);
  return { hasOrdered: row.has_ordered, used: row.used };
}

/** What a bucket has left of a promotion; at least one. */
interface Allotment {
  readonly bucket: number;
  readonly promotionId: string;
  readonly free: number;
}

/** @returns those of all buckets that have some left, the largest first */
export async function findAllotments(
  database: RequestDatabase,
  promotionIds: readonly string[],
): Promise<Allotment[]> {
  const rows = await query(database, findAllotmentsStatement, [promotionIds]);
  return rows.map(({ bucket, promotion_id: promotionId, free }) => ({ bucket, promotionId, free }));
}

/** @returns the uses that are left; 0 if the bucket has no row of the promotion */
export async function lockAllotment(
  transaction: Transaction,
  bucket: number,
  promotionId: string,
): Promise<number> {
  const [row] = await query(transaction, lockAllotmentStatement, [bucket, promotionId]);
  return row?.free ?? 0;
}

/** Moves uses between buckets, of which the giving one is locked and has as many. */
export async function moveUses(
  transaction: Transaction,
  move: {
    readonly promotionId: string;
    readonly from: number;
    readonly into: number;
    readonly uses: number;
  },
): Promise<void> {
  const { promotionId, from, into, uses } = move;
  await queryOne(transaction, giveUsesStatement, [from, promotionId, uses]);
  await queryOne(transaction, getUsesStatement, [into, promotionId, uses]);
}
