/** Hand-written: what has to change before the schema can be sharded. */
export const SEVERAL_DATABASES = `## The way to several databases

The schema does not shard today. Every table of a customer begins with \`customer_id\`, and every hot statement
names it.

| table | becomes | because |
| --- | --- | --- |
| \`carts\`, \`cart_items\` | distributed by \`customer_id\`, colocated | a cart change touches one customer |
| \`orders\`, \`order_items\` | the same, colocated with carts | one transaction writes the order and empties the cart |
| \`products\`, \`schema_version\` | reference table, a copy on each node | read by all, rarely changed; \`cart_items\` has a foreign key to \`products\` |
| \`inventory\` | **neither as it is** | every checkout takes stock of products that all customers share |

\`inventory\` has to change first. As a reference table, each checkout writes to all databases under one lock;
distributed by \`product_id\`, each checkout is a transaction across several: correct, but slower. Stock in portions
scales: \`(product_id, portion)\`, one portion per database, moved when one runs out. A checkout then stays in one
database until the last units. This migration can be made and tested on one PostgreSQL.

1. Stock in portions, on one PostgreSQL.
2. Citus: \`create_reference_table('products')\`, \`create_distributed_table('carts', 'customer_id')\`, the other four
   \`colocate_with => 'carts'\`; foreign keys stay within a customer or point to a reference table. RDS has no Citus:
   run PostgreSQL on your own nodes or use Azure. Aurora Limitless is AWS's alternative (shard key \`customer_id\`,
   \`products\` as reference table); its PostgreSQL is newer than 15.
3. Copy by logical replication while the shop runs, compare counts and sums as \`verify-backup\` does, switch the
   backend's secret, and keep the old database for a rollback.

Not tried: no distributed PostgreSQL has run this schema yet.`;
