-- Terminology
--   refund   money that goes back, in part or whole. payments.refunded counts it from its request on, so that its
--            check refuses more than was captured; a refund that fails is taken off again.
--   task     something that a payment provider has to be told, or whose answer is not known. It is written with the
--            change that needs it and removed with the answer; the worker repeats it until then.

create table refunds (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- Also the provider's idempotency key.
  refund_id uuid not null,
  -- The Idempotency-Key of the request, so that it is not done again.
  key text check (char_length(key) between 1 and 255),
  -- Which payment it gives back.
  -- squawk-ignore prefer-bigint-over-smallint
  attempt smallint not null,
  amount numeric(14, 2) not null check (amount > 0 and amount <= 999999999999.99),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  status text not null check (status in ('pending', 'succeeded', 'failed')),
  -- The units that it is for: product, quantity, 'unsent' or 'returned', and whether they went back into stock.
  lines jsonb not null check (jsonb_typeof(lines) = 'array'),
  -- The provider's name for it; null until it has answered.
  reference text check (char_length(reference) between 1 and 255),
  failure text check (char_length(failure) between 1 and 1000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (bucket, customer_id, order_id, refund_id),
  unique (bucket, customer_id, order_id, key),
  foreign key (bucket, customer_id, order_id, attempt)
    references payments (bucket, customer_id, order_id, attempt) on delete cascade
);

create table payment_tasks (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- The refund's id; the order's id for its only capture or void.
  task_id uuid not null,
  kind text not null check (kind in ('capture', 'void', 'refund')),
  -- When the worker takes it; the request that has written it works on it before.
  due_at timestamptz not null,
  -- squawk-ignore prefer-bigint-over-int
  attempts integer not null default 0 check (attempts >= 0),
  -- Until then a payment may still arrive that has to be voided: the task is not done before.
  open_until timestamptz not null,
  created_at timestamptz not null,
  primary key (bucket, customer_id, order_id, task_id),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

create index payment_tasks_due on payment_tasks (bucket, due_at);

grant select, insert, update on refunds to carthub_app;
grant select, insert, update, delete on payment_tasks to carthub_app;
