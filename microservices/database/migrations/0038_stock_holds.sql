-- Orders that wait for their payment. Their lines are held in inventory.held until they are paid or given up.

create table stock_holds (
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint not null,
  customer_id text not null,
  order_id uuid not null,
  -- Afterwards the order is given up, unless its provider is still deciding.
  expires_at timestamptz not null,
  primary key (bucket, customer_id, order_id),
  foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id) on delete cascade
);

grant select, insert, update, delete on stock_holds to carthub_app;
