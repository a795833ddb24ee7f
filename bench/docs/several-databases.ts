/** Hand-written: what has to change before the schema can be sharded. */
export const SEVERAL_DATABASES = `## The way to several databases

The schema does not shard today. Every table of a customer begins with \`customer_id\`, and every hot statement
names it.

A distributed PostgreSQL does not take the keys as they are: Citus refuses a statement that changes rows of several
distribution values through \`unnest\`, which is how requests are batched, and every checkout takes stock of products
that all customers share. So the keys have to change first:

| table | becomes | because |
| --- | --- | --- |
| \`carts\`, \`cart_items\`, \`orders\`, \`order_items\` | key begins with \`bucket smallint\`, a stable hash of the customer; colocated | a batch and an order name one bucket as a constant, and stay on one node |
| \`inventory\` | the same, with stock allotted to buckets | a checkout stays in its bucket until its last units |
| \`products\`, \`schema_version\` | reference table, a copy on each node | read by all, rarely changed; \`cart_items\` has a foreign key to \`products\` |

1. Buckets, one on a plain PostgreSQL, with one batch runner per bucket. This migration can be made and tested there.
2. Citus, distributed by \`bucket\`. RDS has no Citus: run PostgreSQL on your own nodes or use Azure. Aurora Limitless
   is AWS's alternative; its PostgreSQL is newer than 15.
3. Copy by logical replication while the shop runs, compare counts and sums as \`verify-backup\` does, switch the
   backend's secret, and keep the old database for a rollback.

Not tried: no distributed PostgreSQL has run this schema yet.`;
