-- Each attempt to pay an order. The provider's idempotency key is order_id and attempt.

create table payments (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- Counted from 1. An order has a handful.
  -- squawk-ignore prefer-bigint-over-smallint
  attempt smallint not null check (attempt > 0),
  provider text not null check (char_length(provider) between 1 and 50),
  -- 'pending': nobody knows yet. Workers ask the provider.
  status text not null check (
    status in ('pending', 'authorized', 'captured', 'failed', 'voided', 'partly_refunded', 'refunded')
  ),
  -- The provider's name for it; null until it has answered.
  reference text check (char_length(reference) between 1 and 255),
  amount numeric(14, 2) not null check (amount between 0 and 999999999999.99),
  refunded numeric(14, 2) not null default 0 check (refunded between 0 and amount),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  failure text check (char_length(failure) between 1 and 1000),
  created_at timestamptz not null,
  updated_at timestamptz not null,
  primary key (bucket, customer_id, order_id, attempt),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

grant select, insert, update on payments to carthub_app;
