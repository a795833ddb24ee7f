// Ways in which a migrated database can differ from schema.sql, and what "carthub-db validate" says.

const SEARCH = `setweight(to_tsvector('english', product_name), 'A')
  || setweight(to_tsvector('english', category), 'B')
  || setweight(to_tsvector('english', description), 'C')`;
const GENERATED =
  "generated always as (((setweight(to_tsvector('english'::regconfig, product_name), 'A'::\"char\") || " +
  "setweight(to_tsvector('english'::regconfig, category), 'B'::\"char\")) || " +
  "setweight(to_tsvector('english'::regconfig, description), 'C'::\"char\"))) stored";

/** A row in each table, so that what mends has something to break. */
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

/** SQL, and what is found then. */
export type Seeded = readonly [seed: string, found: readonly string[]];

/** The statements that mend these need tables without rows. */
export const WITHOUT_ROWS: readonly Seeded[] = [
  [
    'drop table carts cascade',
    [
      'table carts: is missing, and with it constraint cart_items_customer_id_fkey of table cart_items',
    ],
  ],
  [
    `alter table cart_items drop constraint cart_items_product_id_fkey,
       alter product_id type integer using 1`,
    [
      'table cart_items: column product_id is integer, should be text, ' +
        'and with it constraint cart_items_product_id_fkey',
    ],
  ],
  [
    'alter table products drop description cascade',
    [
      'table products: column description is missing (rows that are there already need a value for it), ' +
        'and with it column search, constraint products_description_check, index products_by_search',
    ],
  ],
];

export const TABLES_AND_COLUMNS: readonly Seeded[] = [
  // Tables
  ['drop table inventory', ['table inventory: is missing']],
  ['drop table carts, cart_items', ['table cart_items: is missing', 'table carts: is missing']],
  ['drop table schema_version', ['table schema_version: is missing']],
  [
    `create table coupons (id serial primary key, code text default 'x' unique, cart text references carts);
     create index on coupons (code);
     grant select on coupons to carthub_app`,
    ['table coupons: is not in schema.sql'],
  ],
  [
    'alter table carts set (fillfactor = 70)',
    ['table carts: has the options fillfactor=70, should have none'],
  ],
  [
    `alter table cart_items set unlogged; alter table carts set unlogged`,
    [
      'table carts: is unlogged, should be logged',
      'table cart_items: is unlogged, should be logged',
    ],
  ],

  // Columns
  [
    'alter table carts alter version type integer',
    ['table carts: column version is integer, should be bigint'],
  ],
  [
    'alter table orders alter status type varchar(20)',
    ['table orders: column status is character varying(20), should be text'],
  ],
  [
    'alter table products alter price type integer',
    ['table products: column price is integer, should be numeric(10,2)'],
  ],
  [
    'alter table orders alter total type numeric(14,4), alter tax type integer',
    [
      'table orders: column tax is integer, should be numeric(14,2)',
      'table orders: column total is numeric(14,4), should be numeric(14,2)',
    ],
  ],
  [
    `alter table products drop search; alter table products alter category type varchar(200);
     alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     create index products_by_search on products using gin (search)`,
    ['table products: column category is character varying(200), should be text'],
  ],
  [
    `alter table products drop search, alter product_name type text collate "C";
     alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     create index products_by_search on products using gin (search)`,
    ['table products: column product_name is text collate pg_catalog."C", should be text'],
  ],
  [
    'alter table carts alter created_at drop default',
    ['table carts: column created_at has no default, should have default now()'],
  ],
  [
    'alter table carts alter version set default 1',
    ['table carts: column version has default 1, should have no default'],
  ],
  [
    'alter table orders alter email drop not null',
    ['table orders: column email allows null, should not'],
  ],
  [
    'alter table carts alter version drop not null, alter version type integer, alter version set default 1',
    [
      'table carts: column version is integer, should be bigint; ' +
        'has default 1, should have no default; allows null, should not',
    ],
  ],
  [
    "alter table products drop search; alter table products add search tsvector not null default ''",
    [
      `table products: column search has default ''::tsvector, should have ${GENERATED}`,
      'table products: index products_by_search is missing',
    ],
  ],
  [
    `alter table products drop search;
     alter table products add search tsvector not null
       generated always as (to_tsvector('english', product_name)) stored;
     create index products_by_search on products using gin (search)`,
    [
      `table products: column search has generated always as (to_tsvector('english'::regconfig, product_name)) stored, should have ${GENERATED}`,
    ],
  ],
  [
    'alter table carts drop updated_at, add note text, add rank bigserial',
    [
      'table carts: column updated_at is missing',
      'table carts: column note is not in schema.sql',
      'table carts: column rank is not in schema.sql',
    ],
  ],
  [
    `alter table orders add coupon text unique check (coupon <> ''), add twice text generated always as (coupon) stored;
     create table coupons (code text primary key references orders (coupon));
     grant update (coupon) on orders to carthub_app`,
    [
      'table orders: column coupon is not in schema.sql, and with it column twice, ' +
        'constraint orders_coupon_key, constraint orders_coupon_check',
      'table coupons: is not in schema.sql',
    ],
  ],
  [
    `alter table cart_items drop constraint cart_items_quantity_check;
     alter table cart_items alter quantity type text, alter quantity set default '1'`,
    [
      "table cart_items: column quantity is text, should be integer; has default '1'::text, " +
        'should have no default',
      'table cart_items: constraint cart_items_quantity_check is missing',
    ],
  ],
  [
    `create sequence counted owned by order_items.line_number;
     alter table order_items alter line_number set default nextval('counted')`,
    [
      "table order_items: column line_number has default nextval('public.counted'::regclass), " +
        'should have no default',
    ],
  ],
  [
    'alter table carts alter version add generated always as identity',
    ['table carts: column version has generated always as identity, should have no default'],
  ],
  [
    `alter table products drop search; alter table products add search tsvector not null generated always as (${SEARCH}) stored;
     alter table products alter search drop expression; create index products_by_search on products using gin (search)`,
    [`table products: column search has no default, should have ${GENERATED}`],
  ],
];
