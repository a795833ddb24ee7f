-- Events of the shop, kept in the transaction of the change that they report, until a worker has delivered them.
--
-- Terminology
--   aggregate   what an event is about and ordered by: order/ID, cart/CUSTOMER, stock/PRODUCT, product/PRODUCT.
--   sequence    grows within an aggregate, not without gaps. A statement that adds one holds the lock of its aggregate.
--   sink        a receiver of all events, by the name of its adapter.
--   delivery    of one event to one sink. A worker makes the deliveries of an event when it routes it.

create table outbox (
  -- There are as many as a database has nodes, times a few.
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null check (bucket >= 0),
  aggregate text not null check (char_length(aggregate) between 3 and 300),
  sequence bigint not null check (sequence > 0),
  event_id uuid not null default gen_random_uuid(),
  type text not null check (type ~ '^[a-z]+\.[a-z_]+$'),
  data jsonb not null check (jsonb_typeof(data) = 'object'),
  created_at timestamptz not null default now(),
  -- Null: no worker has seen it.
  routed_at timestamptz,
  primary key (bucket, aggregate, sequence)
);

create index outbox_unrouted on outbox (bucket, created_at) where routed_at is null;

create table outbox_deliveries (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  sink text not null check (char_length(sink) between 1 and 50),
  aggregate text not null,
  sequence bigint not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
  -- squawk-ignore prefer-bigint-over-int
  attempts integer not null default 0 check (attempts >= 0),
  -- While an attempt runs: the end of its lease.
  next_attempt_at timestamptz not null default now(),
  -- Of the newest attempt: an earlier one changes nothing any more (a fencing token).
  claim uuid,
  last_error text check (char_length(last_error) <= 500),
  ended_at timestamptz,
  primary key (bucket, sink, aggregate, sequence),
  foreign key (bucket, aggregate, sequence) references outbox (bucket, aggregate, sequence)
    on delete cascade,
  check ((state = 'pending') = (ended_at is null))
);

create index outbox_deliveries_due on outbox_deliveries (bucket, sink, next_attempt_at)
  where state = 'pending';
create index outbox_deliveries_dead on outbox_deliveries (bucket, sink, ended_at)
  where state = 'dead';
-- For the foreign key, which deletes by event.
create index outbox_deliveries_by_event on outbox_deliveries (bucket, aggregate, sequence);

grant select, insert on outbox to carthub_app;
grant update (routed_at) on outbox to carthub_app;
grant select, insert on outbox_deliveries to carthub_app;
grant update (state, attempts, next_attempt_at, claim, last_error, ended_at) on outbox_deliveries
  to carthub_app;
