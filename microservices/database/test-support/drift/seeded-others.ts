import type { Seeded } from './seeded-columns.ts';

/** The foreign keys of an order's rows. */
const ORDER_KEYS = [
  ['order_items', 'order_items_order_fkey'],
  ...[
    'stock_holds',
    'order_history',
    'order_fulfilments',
    'payments',
    'payment_tasks',
    'promotion_uses',
    'order_discounts',
    'order_taxes',
    'order_deliveries',
  ].map((table) => [table, `${table}_bucket_customer_id_order_id_fkey`]),
]
  .map(
    ([table, name]) =>
      `alter table ${table} add constraint ${name} foreign key (bucket, customer_id, order_id)
       references orders (bucket, customer_id, order_id) on delete cascade;`,
  )
  .join('\n');

export const INDEXES_AND_OTHERS: readonly Seeded[] = [
  // Indexes
  ['drop index products_by_price', ['missing table products, index products_by_price']],
  // How many buckets a shop has is data.
  ['insert into buckets values (1)', []],
  ['create index strange on carts (lower(customer_id))', ['extra table carts, index strange']],
  [
    'drop index products_by_price; create index products_by_price on products (price desc)',
    ['changed table products, index products_by_price'],
  ],
  [
    'alter index products_by_price rename to other',
    ['missing table products, index products_by_price', 'extra table products, index other'],
  ],
  [
    "update pg_index set indisvalid = false where indexrelid = 'products_by_price'::regclass",
    ['changed table products, index products_by_price'],
  ],
  [
    `create index strange on carts (version);
     update pg_index set indisvalid = false where indexrelid = 'strange'::regclass`,
    ['extra table carts, index strange'],
  ],

  // Constraints
  [
    'alter table carts drop constraint carts_version_check',
    ['missing table carts, constraint carts_version_check'],
  ],
  [
    'alter table carts add constraint strange check (version < 9)',
    ['extra table carts, constraint strange'],
  ],
  [
    `alter table carts drop constraint carts_version_check,
       add constraint carts_version_check check (version > 1)`,
    ['changed table carts, constraint carts_version_check'],
  ],
  [
    `alter table carts drop constraint carts_version_check;
     alter table carts add constraint carts_version_check check (version > 0) not valid`,
    ['changed table carts, constraint carts_version_check'],
  ],
  [
    'alter table carts rename constraint carts_version_check to other',
    ['missing table carts, constraint carts_version_check', 'extra table carts, constraint other'],
  ],
  [
    'alter table carts drop constraint carts_pkey cascade',
    [
      'missing table cart_codes, constraint cart_codes_bucket_customer_id_fkey',
      'missing table cart_items, constraint cart_items_cart_fkey',
      'missing table carts, constraint carts_pkey',
    ],
  ],
  [
    `alter table orders drop constraint orders_pkey cascade;
     alter table orders add constraint orders_pkey primary key (bucket, order_id, customer_id);
     ${ORDER_KEYS}`,
    ['changed table orders, constraint orders_pkey'],
  ],
  [
    'alter table carts add constraint strange unique (customer_id)',
    ['extra table carts, constraint strange'],
  ],
  [
    'alter table cart_items drop constraint cart_items_product_id_fkey',
    ['missing table cart_items, constraint cart_items_product_id_fkey'],
  ],
  [
    `alter table cart_items drop constraint cart_items_cart_fkey;
     alter table cart_items add constraint cart_items_cart_fkey
       foreign key (bucket, customer_id) references carts`,
    ['changed table cart_items, constraint cart_items_cart_fkey'],
  ],
  [
    'alter table orders add constraint strange foreign key (bucket, customer_id) references carts',
    ['extra table orders, constraint strange'],
  ],

  // Grants
  ['revoke select on products from carthub_app', ['missing table products, grant to carthub_app']],
  ['grant select on products to public', ['extra table products, grant to public']],
  [
    'grant delete, select on orders to carthub_app with grant option; revoke insert on orders from carthub_app',
    [
      'missing table orders, grant to carthub_app',
      'extra table orders, grant to carthub_app with grant option',
    ],
  ],
  ['grant update on inventory to carthub_app', ['changed table inventory, grant to carthub_app']],
  [
    'revoke update (updated_at) on inventory from carthub_app',
    ['missing table inventory, grant to carthub_app on column updated_at'],
  ],
  [
    'grant update (price) on products to carthub_app',
    ['extra table products, grant to carthub_app on column price'],
  ],
  [
    'grant update on inventory to carthub_app; revoke update (updated_at) on inventory from carthub_app',
    [
      'changed table inventory, grant to carthub_app',
      'missing table inventory, grant to carthub_app on column updated_at',
    ],
  ],

  // What a dump cannot express
  [
    `create view cheap as select price from products where price < 1;
     create view cheaper as select price from cheap;
     create materialized view counted as select count(*) from carts`,
    ['extra materialized view counted', 'extra view cheaper', 'extra view cheap'],
  ],
  [
    `create function touch() returns trigger language plpgsql as 'begin return new; end';
     create trigger touched before update on carts for each row execute function touch()`,
    ['extra function touch()', 'extra trigger touched on table carts'],
  ],
  [
    `create type mood as enum ('good'); create domain positive as integer check (value > 0);
     create type pair as (a integer, b mood); create sequence numbers`,
    [
      'extra sequence numbers',
      'extra composite type pair',
      'extra type positive',
      'extra type mood',
    ],
  ],
  [
    `alter table carts enable row level security;
     create policy own on carts using (customer_id = current_user);
     create rule quiet as on delete to orders do instead nothing;
     create statistics spread on customer_id, status from orders`,
    [
      'extra statistics object spread',
      'extra rule quiet on table orders',
      'extra policy own on table carts',
      'extra table carts, row security',
    ],
  ],
  [
    'create table events (id integer) partition by range (id); create table events_1 partition of events default',
    ['extra table events'],
  ],

  // Whole statements of a dump
  [
    'create extension pgcrypto; create extension citext',
    ['extra extension citext', 'extra extension pgcrypto'],
  ],
  [
    "create collation other (provider = icu, locale = 'de'); drop trigger products_index_words on products",
    ['missing trigger products_index_words on table products', 'extra collation other'],
  ],
  [
    `create or replace function search_fold(value text) returns text
       language sql immutable strict parallel safe as 'select lower(value)';
     alter table products disable trigger products_index_words`,
    [
      'changed function search_fold(value text)',
      'changed trigger products_index_words on table products',
    ],
  ],
];

/** What schema.sql does not contain: owners, comments, column order, sequences, other schemas. */
export const AROUND_THE_TABLES: readonly Seeded[] = [
  [
    `do $$ begin create role carthub_test_owner nologin;
       exception when duplicate_object or unique_violation then null; end $$;
     alter table carts owner to carthub_test_owner`,
    ['changed table carts, owner'],
  ],
  ["comment on table carts is 'all carts'", ['extra comment on table carts']],
  [
    `comment on column carts.version is 'counts changes';
     comment on constraint carts_pkey on carts is 'one cart';
     comment on index products_by_price is 'for sorting'`,
    [
      'extra comment on column version of table carts',
      'extra comment on constraint carts_pkey on table carts',
      'extra comment on index products_by_price',
    ],
  ],
  [
    `alter table carts drop created_at;
     alter table carts add created_at timestamptz default now() not null`,
    ['changed table carts, column order'],
  ],
  [
    'create sequence numbers; create sequence counted owned by carts.version',
    ['extra sequence counted', 'extra sequence numbers'],
  ],
  ['create schema staging; create table staging.carts (id integer)', ['extra schema staging']],
];

/** Since PostgreSQL 18. */
export const SINCE_18: readonly Seeded[] = [
  [
    `alter table carts alter updated_at drop not null;
     alter table carts add constraint soft not null updated_at not valid`,
    ['extra table carts, constraint soft'],
  ],
  [
    `alter table carts drop constraint carts_version_check;
     alter table carts add constraint carts_version_check check (version > 0) not enforced`,
    ['changed table carts, constraint carts_version_check'],
  ],
  [
    'alter table carts add twice bigint generated always as (version * 2) virtual',
    ['extra table carts, column twice'],
  ],
  [
    `alter table carts drop seen_at;
     alter table carts add seen_at timestamptz generated always as (created_at) virtual`,
    ['changed table carts, column seen_at', 'changed table carts, column order'],
  ],
];
