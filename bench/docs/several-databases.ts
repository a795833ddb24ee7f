/** Hand-written: what has to change before the schema can be sharded. */
export const SEVERAL_DATABASES = `## The way to several databases

The schema does not shard today. It is on the way: every row of a customer and of stock has a bucket, a stable hash of
the customer, every statement names one bucket, and batches are of one bucket
([decision 055](decisions/055-keys-begin-with-a-bucket.md)). There is one bucket, unless a new database was given more
by \`carthub-db migrate --buckets\`.

A distributed PostgreSQL did not take the keys as they were: Citus refuses a statement that changes rows of several
distribution values through \`unnest\`, which is how requests are batched, and every checkout takes stock of products
that all customers share.

| table | becomes | because |
| --- | --- | --- |
| \`carts\`, \`cart_items\`, \`orders\`, \`order_items\`, \`idempotency_keys\` | distributed by \`bucket\`, colocated | a batch and an order name one bucket as a constant, and stay on one node |
| \`inventory\` | the same, with stock allotted to buckets | a checkout stays in its bucket until its last units; then a transaction of two buckets moves some |
| \`products\`, \`buckets\`, \`schema_version\` | reference table, a copy on each node | read by all, rarely changed; \`cart_items\` has a foreign key to \`products\` |

1. The order is written by statements that each change one table, or by a function.
2. Citus, distributed by \`bucket\`. RDS has no Citus: run PostgreSQL on your own nodes or use Azure. Aurora Limitless
   is AWS's alternative; its PostgreSQL is newer than 15.
3. Copy by logical replication while the shop runs, compare counts and sums as \`verify-backup\` does, switch the
   backend's secret, and keep the old database for a rollback.

Not tried: no distributed PostgreSQL has run this schema yet.`;
