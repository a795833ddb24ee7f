-- The books of the test payment provider, which takes no money and which production refuses: apart from the shop's
-- tables, as a real provider's are, so that tests can compare the two. It has no bucket, because it is no part of the
-- shop. Only the test provider reads and writes it.

create table test_payments (
  order_id uuid not null,
  -- squawk-ignore prefer-bigint-over-smallint
  attempt smallint not null check (attempt > 0),
  customer_id text not null,
  -- In the currency's own minor units.
  amount_minor bigint not null check (amount_minor >= 0),
  currency text not null,
  payment_method text not null,
  status text not null check (
    status in ('requires_action', 'pending', 'authorized', 'captured', 'declined', 'voided')
  ),
  -- Amounts by the keys of the refunds.
  refunds jsonb not null default '{}',
  created_at timestamptz not null,
  primary key (order_id, attempt)
);

grant select, insert, update on test_payments to carthub_app;
