-- The schema of the shop. Written by "carthub-db schema dump": change it with a migration.

do $$
begin
  if to_regrole('carthub_app') is null then
    create role carthub_app nologin;
  end if;
exception
  when duplicate_object or unique_violation then null;
end
$$;

create table public.cart_items (
  customer_id text not null,
  product_id text not null,
  product_name text not null,
  price numeric(10,2) not null,
  quantity integer not null,
  added_at timestamp with time zone default now() not null,
  constraint cart_items_pkey PRIMARY KEY (customer_id, product_id),
  constraint cart_items_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint cart_items_product_name_check CHECK (((char_length(product_name) >= 1) AND (char_length(product_name) <= 255))),
  constraint cart_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99)))
);

create table public.carts (
  customer_id text not null,
  version bigint not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint carts_pkey PRIMARY KEY (customer_id),
  constraint carts_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint carts_version_check CHECK ((version > 0))
);

create table public.idempotency_keys (
  customer_id text not null,
  key text not null,
  fingerprint text not null,
  order_id uuid,
  status integer,
  headers jsonb,
  body text,
  created_at timestamp with time zone default now() not null,
  constraint idempotency_keys_pkey PRIMARY KEY (customer_id, key),
  constraint idempotency_keys_check CHECK ((num_nulls(status, headers, body) = ANY (ARRAY[0, 3]))),
  constraint idempotency_keys_check1 CHECK (((status IS NOT NULL) OR (order_id IS NOT NULL))),
  constraint idempotency_keys_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint idempotency_keys_fingerprint_check CHECK ((char_length(fingerprint) = 64)),
  constraint idempotency_keys_headers_check CHECK ((jsonb_typeof(headers) = 'object'::text)),
  constraint idempotency_keys_key_check CHECK (((char_length(key) >= 1) AND (char_length(key) <= 255))),
  constraint idempotency_keys_status_check CHECK (((status >= 200) AND (status <= 499)))
);

create table public.inventory (
  product_id text not null,
  on_hand integer not null,
  updated_at timestamp with time zone default now() not null,
  constraint inventory_pkey PRIMARY KEY (product_id),
  constraint inventory_on_hand_check CHECK ((on_hand >= 0))
);

create table public.order_items (
  customer_id text not null,
  order_id uuid not null,
  line_number integer not null,
  product_id text not null,
  product_name text not null,
  price numeric(10,2) not null,
  quantity integer not null,
  subtotal numeric(14,2) not null,
  constraint order_items_pkey PRIMARY KEY (customer_id, order_id, line_number),
  constraint order_items_check CHECK ((subtotal = (price * (quantity)::numeric))),
  constraint order_items_line_number_check CHECK ((line_number > 0)),
  constraint order_items_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint order_items_quantity_check CHECK (((quantity >= 1) AND (quantity <= 99)))
);

create table public.orders (
  customer_id text not null,
  order_id uuid not null,
  status text not null,
  currency text not null,
  subtotal numeric(14,2) not null,
  discount numeric(14,2) not null,
  shipping numeric(14,2) not null,
  tax numeric(14,2) not null,
  total numeric(14,2) not null,
  email text not null,
  shipping_address jsonb not null,
  billing_address jsonb not null,
  payment_provider text not null,
  payment_status text not null,
  payment_reference text not null,
  created_at timestamp with time zone default now() not null,
  constraint orders_pkey PRIMARY KEY (customer_id, order_id),
  constraint orders_billing_address_check CHECK ((jsonb_typeof(billing_address) = 'object'::text)),
  constraint orders_check CHECK (((total >= (0)::numeric) AND (total = (((subtotal - discount) + shipping) + tax)))),
  constraint orders_currency_check CHECK ((currency ~ '^[A-Z]{3}$'::text)),
  constraint orders_customer_id_check CHECK (((char_length(customer_id) >= 1) AND (char_length(customer_id) <= 255))),
  constraint orders_discount_check CHECK (((discount >= (0)::numeric) AND (discount <= 999999999999.99))),
  constraint orders_email_check CHECK (((char_length(email) >= 3) AND (char_length(email) <= 254))),
  constraint orders_payment_status_check CHECK ((payment_status = ANY (ARRAY['authorized'::text, 'captured'::text, 'voided'::text]))),
  constraint orders_shipping_address_check CHECK ((jsonb_typeof(shipping_address) = 'object'::text)),
  constraint orders_shipping_check CHECK (((shipping >= (0)::numeric) AND (shipping <= 999999999999.99))),
  constraint orders_status_check CHECK ((status = ANY (ARRAY['confirmed'::text, 'cancelled'::text]))),
  constraint orders_subtotal_check CHECK (((subtotal >= (0)::numeric) AND (subtotal <= 999999999999.99))),
  constraint orders_tax_check CHECK (((tax >= (0)::numeric) AND (tax <= 999999999999.99)))
);

create table public.products (
  product_id text not null,
  product_name text not null,
  description text not null,
  category text not null,
  price numeric(10,2) not null,
  image_url text not null,
  search tsvector generated always as (((setweight(to_tsvector('english'::regconfig, product_name), 'A'::"char") || setweight(to_tsvector('english'::regconfig, category), 'B'::"char")) || setweight(to_tsvector('english'::regconfig, description), 'C'::"char"))) stored not null,
  created_at timestamp with time zone default now() not null,
  updated_at timestamp with time zone default now() not null,
  constraint products_pkey PRIMARY KEY (product_id),
  constraint products_category_check CHECK (((char_length(category) >= 1) AND (char_length(category) <= 100))),
  constraint products_description_check CHECK ((char_length(description) <= 4000)),
  constraint products_image_url_check CHECK (((char_length(image_url) >= 1) AND (char_length(image_url) <= 2000))),
  constraint products_price_check CHECK (((price >= (0)::numeric) AND (price <= 99999999.99))),
  constraint products_product_id_check CHECK (((char_length(product_id) >= 1) AND (char_length(product_id) <= 255))),
  constraint products_product_name_check CHECK (((char_length(product_name) >= 1) AND (char_length(product_name) <= 255)))
);

create table public.schema_version (
  version integer not null,
  name text not null,
  checksum text not null,
  applied_at timestamp with time zone default now() not null,
  duration_ms integer not null,
  breaking boolean default false not null,
  constraint schema_version_pkey PRIMARY KEY (version),
  constraint schema_version_duration_ms_check CHECK ((duration_ms >= 0)),
  constraint schema_version_version_check CHECK ((version > 0))
);

CREATE INDEX orders_by_age ON public.orders USING btree (customer_id, created_at DESC, order_id DESC);
CREATE INDEX products_by_category ON public.products USING btree (category, product_name COLLATE "C", product_id COLLATE "C");
CREATE INDEX products_by_name ON public.products USING btree (product_name COLLATE "C", product_id COLLATE "C");
CREATE INDEX products_by_price ON public.products USING btree (price, product_id COLLATE "C");
CREATE INDEX products_by_search ON public.products USING gin (search);

alter table public.cart_items add constraint cart_items_customer_id_fkey FOREIGN KEY (customer_id) REFERENCES public.carts(customer_id) ON DELETE CASCADE;
alter table public.cart_items add constraint cart_items_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products(product_id);
alter table public.inventory add constraint inventory_product_id_fkey FOREIGN KEY (product_id) REFERENCES public.products(product_id) ON DELETE CASCADE;
alter table public.order_items add constraint order_items_customer_id_order_id_fkey FOREIGN KEY (customer_id, order_id) REFERENCES public.orders(customer_id, order_id) ON DELETE CASCADE;

grant delete, insert, select, update on public.cart_items to carthub_app;
grant delete, insert, select, update on public.carts to carthub_app;
grant delete, insert, select, update on public.idempotency_keys to carthub_app;
grant select on public.inventory to carthub_app;
grant update (on_hand) on public.inventory to carthub_app;
grant update (updated_at) on public.inventory to carthub_app;
grant insert, select on public.order_items to carthub_app;
grant insert, select on public.orders to carthub_app;
grant select on public.products to carthub_app;
grant select on public.schema_version to carthub_app;

insert into public.schema_version (version, name, checksum, duration_ms) values (1, 'shop', '5eb1733d106cf06a033efdd401eb3a00646fa7d1e54270be35228e887bede942', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (2, 'breaking_migrations', 'de7977c58032293449edb15f3f4d3481eb8b5ff21d60ed5ec651d96ad37d86a4', 0);
insert into public.schema_version (version, name, checksum, duration_ms) values (3, 'idempotency_keys', 'bc3304cdf928d9caafa9cb869423f2a5c781250a99d0c663555d22049d0f1504', 0);
