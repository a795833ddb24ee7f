-- Parcels: what has left of an order, in parts.

create table order_fulfilments (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  fulfilment_id uuid not null,
  -- The Idempotency-Key of the request, so that it is not done again.
  key text check (char_length(key) between 1 and 255),
  carrier text check (char_length(carrier) between 1 and 100),
  tracking_number text check (char_length(tracking_number) between 1 and 100),
  tracking_url text check (char_length(tracking_url) between 1 and 2000),
  created_at timestamptz not null,
  delivered_at timestamptz,
  primary key (bucket, customer_id, order_id, fulfilment_id),
  unique (bucket, customer_id, order_id, key),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

create table order_fulfilment_lines (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  fulfilment_id uuid not null,
  -- As order_items has it.
  -- squawk-ignore prefer-bigint-over-int
  line_number integer not null,
  -- squawk-ignore prefer-bigint-over-int
  quantity integer not null check (quantity > 0),
  primary key (bucket, customer_id, order_id, fulfilment_id, line_number),
  foreign key (bucket, customer_id, order_id, fulfilment_id)
    references order_fulfilments (bucket, customer_id, order_id, fulfilment_id) on delete cascade,
  foreign key (bucket, customer_id, order_id, line_number)
    references order_items (bucket, customer_id, order_id, line_number) on delete cascade
);

grant select, insert on order_fulfilments, order_fulfilment_lines to carthub_app;
grant update (delivered_at) on order_fulfilments to carthub_app;
