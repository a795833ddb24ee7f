-- Each status that an order has had: when, by whom and why.

create table order_history (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- Counted from 1. An order has a handful.
  -- squawk-ignore prefer-bigint-over-smallint
  sequence smallint not null check (sequence > 0),
  status text not null,
  actor text not null check (actor in ('customer', 'staff', 'provider', 'system')),
  -- For staff, who it was.
  actor_id text check (char_length(actor_id) between 1 and 255),
  reason text check (char_length(reason) between 1 and 1000),
  at timestamptz not null,
  primary key (bucket, customer_id, order_id, sequence),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

grant select, insert on order_history to carthub_app;
