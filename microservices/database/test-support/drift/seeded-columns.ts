// Ways in which a migrated database can differ from schema.sql, and what "carthub-db check-drift" reports.

const SEARCH = `setweight(to_tsvector('english', product_name), 'A')
  || setweight(to_tsvector('english', category), 'B')
  || setweight(to_tsvector('english', description), 'C')`;

/** A row in each table. */
export const ROWS = `
insert into products (product_id, product_name, description, category, price, image_url)
  values ('mug', 'Mug', '', 'Kitchen', 12, '/mug.svg');
insert into inventory (product_id, on_hand) values ('mug', 3);
insert into carts (customer_id, version) values ('ann', 2);
insert into cart_items (customer_id, product_id, product_name, price, quantity)
  values ('ann', 'mug', 'Mug', 12, 1);
insert into orders values ('ann', gen_random_uuid(), 'confirmed', 'EUR', 12, 0, 0, 0, 12,
  'ann@example.com', '{}', '{}', 'test', 'captured', '1');
insert into order_items select customer_id, order_id, 1, 'mug', 'Mug', 12, 1, 12 from orders;`;

/** SQL and the differences that it causes. */
export type Seeded = readonly [seed: string, found: readonly string[]];

/** Statements that need tables without rows. */
export const WITHOUT_ROWS: readonly Seeded[] = [
  [
    'drop table carts cascade',
    [
      'missing table cart_codes, constraint cart_codes_bucket_customer_id_fkey',
      'missing table cart_items, constraint cart_items_cart_fkey',
      'missing table carts',
    ],
  ],
  [
    `alter table cart_items drop constraint cart_items_product_id_fkey,
       alter product_id type integer using 1`,
    [
      'changed table cart_items, column product_id',
      'missing table cart_items, constraint cart_items_product_id_fkey',
    ],
  ],
  [
    'alter table products drop description cascade',
    [
      'missing table products, column description',
      'missing table products, column search',
      'missing table products, constraint products_description_check',
      'missing table products, index products_by_search',
    ],
  ],
];

export const TABLES_AND_COLUMNS: readonly Seeded[] = [
  // Tables
  ['drop table inventory', ['missing table inventory']],
  [
    'drop table carts, cart_items, cart_codes',
    ['missing table cart_codes', 'missing table cart_items', 'missing table carts'],
  ],
  ['drop table schema_version', ['missing table schema_version']],
  [
    `create table coupons (id serial primary key, code text default 'x' unique, product text references products);
     create index on coupons (code);
     grant select on coupons to carthub_app`,
    ['extra table coupons'],
  ],
  ['alter table carts set (fillfactor = 70)', ['changed table carts']],
  [
    `alter table cart_items set unlogged; alter table cart_codes set unlogged;
     alter table carts set unlogged`,
    ['changed table cart_codes', 'changed table cart_items', 'changed table carts'],
  ],

  // Columns
  ['alter table carts alter version type integer', ['changed table carts, column version']],
  [
    'alter table orders alter status type varchar(20)',
    ['changed table orders, column status', 'changed table orders, constraint orders_status_check'],
  ],
  [
    'alter table products alter price type integer',
    [
      'changed table products, column price',
      'changed table products, constraint products_price_check',
    ],
  ],
  [
    'alter table orders alter total type numeric(14,4), alter tax type integer',
    [
      'changed table orders, column tax',
      'changed table orders, column total',
      'changed table orders, constraint orders_check',
      'changed table orders, constraint orders_tax_check',
    ],
  ],
  [
    `alter table products drop search; alter table products alter category type varchar(200);
     alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     create index products_by_search on products using gin (search)`,
    [
      'changed table products, column category',
      'changed table products, column search',
      'changed table products, constraint products_category_check',
      'changed table products, column order',
    ],
  ],
  [
    `alter table products drop search, alter product_name type text collate "C";
     alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     create index products_by_search on products using gin (search)`,
    [
      'changed table products, column product_name',
      'changed table products, index products_by_category',
      'changed table products, index products_by_name',
      'changed table products, column order',
    ],
  ],
  ['alter table carts alter created_at drop default', ['changed table carts, column created_at']],
  ['alter table carts alter version set default 1', ['changed table carts, column version']],
  ['alter table orders alter email drop not null', ['changed table orders, column email']],
  [
    'alter table carts alter version drop not null, alter version type integer, alter version set default 1',
    ['changed table carts, column version'],
  ],
  [
    "alter table products drop search; alter table products add search tsvector not null default ''",
    [
      'changed table products, column search',
      'missing table products, index products_by_search',
      'changed table products, column order',
    ],
  ],
  [
    `alter table products drop search;
     alter table products add search tsvector not null
       generated always as (to_tsvector('english', product_name)) stored;
     create index products_by_search on products using gin (search)`,
    ['changed table products, column search', 'changed table products, column order'],
  ],
  [
    'alter table carts drop updated_at, add note text, add rank bigserial',
    [
      'missing table carts, column updated_at',
      'extra table carts, column note',
      'extra table carts, column rank',
    ],
  ],
  [
    `alter table orders add coupon text unique check (coupon <> ''), add twice text generated always as (coupon) stored;
     create table coupons (code text primary key references orders (coupon));
     grant update (coupon) on orders to carthub_app`,
    [
      'extra table coupons',
      'extra table orders, column coupon',
      'extra table orders, column twice',
      'extra table orders, constraint orders_coupon_key',
      'extra table orders, constraint orders_coupon_check',
      'extra table orders, grant to carthub_app on column coupon',
    ],
  ],
  [
    `alter table cart_items drop constraint cart_items_quantity_check;
     alter table cart_items alter quantity type text, alter quantity set default '1'`,
    [
      'changed table cart_items, column quantity',
      'missing table cart_items, constraint cart_items_quantity_check',
    ],
  ],
  [
    `create sequence counted owned by order_items.line_number;
     alter table order_items alter line_number set default nextval('counted')`,
    ['changed table order_items, column line_number', 'extra sequence counted'],
  ],
  [
    'alter table carts alter version add generated always as identity',
    ['changed table carts, column version'],
  ],
  [
    `alter table products drop search; alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     alter table products alter search drop expression; create index products_by_search on products using gin (search)`,
    ['changed table products, column search', 'changed table products, column order'],
  ],
];
