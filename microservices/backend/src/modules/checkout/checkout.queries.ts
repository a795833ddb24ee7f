import { Type } from 'typebox';
import { customerKey } from '../../db/buckets.ts';
import type { Connection } from '../../db/connection.ts';
import { defineStatement, query } from '../../db/statement.ts';
import { minorFromDecimal } from '../../money.ts';

const readLinesStatement = defineStatement({
  name: 'read-checkout-lines',
  text: `
    select l.product_id, l.product_name, l.quantity, l.price as shown_price,
      p.price as current_price, p.withdrawn_at is not null as is_withdrawn,
      case when p.withdrawn_at is null then coalesce(i.on_hand - i.held, 0) else 0 end as available
    from cart_items as l
    join products as p on p.product_id = l.product_id
    left join inventory as i on i.bucket = $1::smallint and i.product_id = l.product_id
    where l.bucket = $1::smallint and l.customer_id = $2::text
    order by l.added_at, l.product_id collate "C"`,
  row: Type.Object({
    product_id: Type.String(),
    product_name: Type.String(),
    quantity: Type.Integer(),
    shown_price: Type.String({ format: 'decimal' }),
    current_price: Type.String({ format: 'decimal' }),
    is_withdrawn: Type.Boolean(),
    available: Type.Integer(),
  }),
});

export const statements = [readLinesStatement];

/** A line of the cart with its current price and the customer's bucket's stock, and whether it is still sold; prices in minor units. */
export interface CheckoutLine {
  readonly productId: string;
  readonly productName: string;
  readonly quantity: number;
  readonly priceMinor: number;
  readonly currentPriceMinor: number;
  readonly isWithdrawn: boolean;
  readonly available: number;
}

export async function readCheckoutLines(
  connection: Connection,
  customerId: string,
): Promise<CheckoutLine[]> {
  const rows = await query(connection, readLinesStatement, customerKey(connection, customerId));
  return rows.map((row) => ({
    productId: row.product_id,
    productName: row.product_name,
    quantity: row.quantity,
    priceMinor: minorFromDecimal(row.shown_price),
    currentPriceMinor: minorFromDecimal(row.current_price),
    isWithdrawn: row.is_withdrawn,
    available: row.available,
  }));
}
