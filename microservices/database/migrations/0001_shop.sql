-- The shop: catalogue, stock, carts, orders.
--
-- Terminology
--   customer   whoever owns a cart: a guest session or a signed-in person. The id is opaque.
--   line       one product in a cart or an order, with a quantity. A cart has one line per product.
--   price      of one unit, in the shop's currency, tax included or not as the shop is configured.
--
-- Every table of a customer has customer_id as the first column of its primary key, and every hot
-- statement names it, so that the schema can be sharded by customer without a change.
--
-- Amounts have an upper bound as well, because "not a number" is greater than any number to
-- PostgreSQL: it would pass a mere "price >= 0".

create table products (
  product_id text primary key check (char_length(product_id) between 1 and 255),
  product_name text not null check (char_length(product_name) between 1 and 255),
  description text not null check (char_length(description) <= 4000),
  category text not null check (char_length(category) between 1 and 100),
  price numeric(10, 2) not null check (price between 0 and 99999999.99),
  image_url text not null check (char_length(image_url) between 1 and 2000),
  -- A name weighs more than a description, should results ever be ranked.
  search tsvector not null generated always as (
    setweight(to_tsvector('english', product_name), 'A')
    || setweight(to_tsvector('english', category), 'B')
    || setweight(to_tsvector('english', description), 'C')
  ) stored,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- One index for each order in which the catalogue is paged. "C" makes the order of names the same
-- on every server, whatever locale it was created with, so that a cursor keeps its meaning.
create index products_by_name on products (product_name collate "C", product_id collate "C");
create index products_by_price on products (price, product_id collate "C");
create index products_by_category on products (
  category, product_name collate "C", product_id collate "C"
);
create index products_by_search on products using gin (search);

create table inventory (
  product_id text primary key references products (product_id) on delete cascade,
  on_hand integer not null check (on_hand >= 0),
  updated_at timestamptz not null default now()
);

-- version counts the committed changes of a cart. Whoever changes a cart's lines changes its
-- version in the same statement or transaction; that row is the lock of the whole cart.
create table carts (
  customer_id text primary key check (char_length(customer_id) between 1 and 255),
  version bigint not null check (version > 0),
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now()
);

-- product_name and price are what the shopper was shown when the line was last added to.
create table cart_items (
  customer_id text not null references carts (customer_id) on delete cascade,
  product_id text not null references products (product_id),
  product_name text not null check (char_length(product_name) between 1 and 255),
  price numeric(10, 2) not null check (price between 0 and 99999999.99),
  quantity integer not null check (quantity between 1 and 99),
  added_at timestamptz not null default now(),
  primary key (customer_id, product_id)
);

create table orders (
  customer_id text not null check (char_length(customer_id) between 1 and 255),
  order_id uuid not null,
  status text not null check (status in ('confirmed', 'cancelled')),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  subtotal numeric(14, 2) not null check (subtotal between 0 and 999999999999.99),
  discount numeric(14, 2) not null check (discount between 0 and 999999999999.99),
  shipping numeric(14, 2) not null check (shipping between 0 and 999999999999.99),
  tax numeric(14, 2) not null check (tax between 0 and 999999999999.99),
  total numeric(14, 2) not null
    check (total >= 0 and total = subtotal - discount + shipping + tax),
  email text not null check (char_length(email) between 3 and 254),
  shipping_address jsonb not null check (jsonb_typeof(shipping_address) = 'object'),
  billing_address jsonb not null check (jsonb_typeof(billing_address) = 'object'),
  payment_provider text not null,
  payment_status text not null check (payment_status in ('authorized', 'captured', 'voided')),
  payment_reference text not null,
  created_at timestamptz not null default now(),
  primary key (customer_id, order_id)
);

create index orders_by_age on orders (customer_id, created_at desc, order_id desc);

-- An order is history: its lines hold what was sold, and do not refer to the catalogue of today.
create table order_items (
  customer_id text not null,
  order_id uuid not null,
  line_number integer not null check (line_number > 0),
  product_id text not null,
  product_name text not null,
  price numeric(10, 2) not null check (price between 0 and 99999999.99),
  quantity integer not null check (quantity between 1 and 99),
  subtotal numeric(14, 2) not null check (subtotal = price * quantity),
  primary key (customer_id, order_id, line_number),
  foreign key (customer_id, order_id) references orders (customer_id, order_id) on delete cascade
);

-- The backend logs in as a member of this role: it may change rows, as far as its work needs, and
-- never the schema. Roles belong to the whole server, so another database may have made it already.
do $$
begin
  if to_regrole('carthub_app') is null then
    create role carthub_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

grant select on products, inventory, carts, cart_items, orders, order_items, schema_version
  to carthub_app;
grant update (on_hand, updated_at) on inventory to carthub_app;
grant insert, update, delete on carts, cart_items to carthub_app;
grant insert on orders, order_items to carthub_app;
