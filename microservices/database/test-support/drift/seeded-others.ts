import type { Seeded } from './seeded-columns.ts';

export const INDEXES_AND_OTHERS: readonly Seeded[] = [
  // Indexes
  ['drop index products_by_price', ['table products: index products_by_price is missing']],
  [
    'create index strange on carts (lower(customer_id))',
    ['table carts: index strange is not in schema.sql'],
  ],
  [
    'drop index products_by_price; create index products_by_price on products (price desc)',
    [
      'table products: index products_by_price is INDEX ON public.products USING btree (price DESC), ' +
        'should be INDEX ON public.products USING btree (price, product_id COLLATE "C")',
    ],
  ],
  [
    'alter index products_by_price rename to other',
    ['table products: index other should have the name products_by_price'],
  ],
  [
    "update pg_index set indisvalid = false where indexrelid = 'products_by_price'::regclass",
    ['table products: index products_by_price is INVALID (its build failed, or still runs)'],
  ],
  [
    `create index strange on carts (version);
     update pg_index set indisvalid = false where indexrelid = 'strange'::regclass`,
    [
      'table carts: index strange is not in schema.sql, and INVALID (its build failed, or still runs)',
    ],
  ],

  // Constraints
  [
    'alter table carts drop constraint carts_version_check',
    ['table carts: constraint carts_version_check is missing'],
  ],
  [
    'alter table carts add constraint strange check (version < 9)',
    ['table carts: constraint strange is not in schema.sql: CHECK ((version < 9))'],
  ],
  [
    `alter table carts drop constraint carts_version_check,
       add constraint carts_version_check check (version > 1)`,
    [
      'table carts: constraint carts_version_check is CHECK ((version > 1)), should be CHECK ((version > 0))',
    ],
  ],
  [
    `alter table carts drop constraint carts_version_check;
     alter table carts add constraint carts_version_check check (version > 0) not valid`,
    ['table carts: constraint carts_version_check is not validated: rows from before may break it'],
  ],
  [
    'alter table carts rename constraint carts_version_check to other',
    ['table carts: constraint other should have the name carts_version_check'],
  ],
  [
    'alter table carts drop constraint carts_pkey cascade',
    [
      'table carts: constraint carts_pkey is missing, and with it constraint cart_items_customer_id_fkey of table cart_items',
    ],
  ],
  [
    `alter table orders drop constraint orders_pkey cascade;
     alter table orders add constraint orders_pkey primary key (order_id, customer_id);
     alter table order_items add foreign key (customer_id, order_id)
       references orders (customer_id, order_id) on delete cascade`,
    [
      'table orders: constraint orders_pkey is PRIMARY KEY (order_id, customer_id), should be PRIMARY KEY (customer_id, order_id)',
    ],
  ],
  [
    'alter table carts add constraint strange unique (customer_id)',
    ['table carts: constraint strange is not in schema.sql: UNIQUE (customer_id)'],
  ],
  [
    'alter table cart_items drop constraint cart_items_product_id_fkey',
    ['table cart_items: constraint cart_items_product_id_fkey is missing'],
  ],
  [
    `alter table cart_items drop constraint cart_items_customer_id_fkey;
     alter table cart_items add foreign key (customer_id) references carts`,
    [
      'table cart_items: constraint cart_items_customer_id_fkey is ' +
        'FOREIGN KEY (customer_id) REFERENCES public.carts(customer_id), should be ' +
        'FOREIGN KEY (customer_id) REFERENCES public.carts(customer_id) ON DELETE CASCADE',
    ],
  ],
  [
    'alter table orders add constraint strange foreign key (customer_id) references carts',
    [
      'table orders: constraint strange is not in schema.sql: FOREIGN KEY (customer_id) REFERENCES public.carts(customer_id)',
    ],
  ],

  // Grants
  ['revoke select on products from carthub_app', ['table products: carthub_app lacks select']],
  ['grant select on products to public', ['table products: public has select, should not']],
  [
    'grant delete, select on orders to carthub_app with grant option; revoke insert on orders from carthub_app',
    [
      'table orders: carthub_app lacks insert; has delete, should not; may grant select, should not',
    ],
  ],
  [
    'grant update on inventory to carthub_app',
    ['table inventory: carthub_app has update, should not'],
  ],
  [
    'revoke update (on_hand) on inventory from carthub_app',
    ['table inventory: carthub_app lacks update (on_hand)'],
  ],
  [
    'grant update (price) on products to carthub_app',
    ['table products: carthub_app has update (price), should not'],
  ],
  [
    'grant update on inventory to carthub_app; revoke update (on_hand) on inventory from carthub_app',
    [
      'table inventory: carthub_app has update, should not',
      'table inventory: carthub_app lacks update (on_hand)',
    ],
  ],

  // What a dump has no words for
  [
    `create view cheap as select price from products where price < 1;
     create view cheaper as select price from cheap;
     create materialized view counted as select count(*) from carts`,
    [
      'materialized view counted: is not in schema.sql',
      'view cheaper: is not in schema.sql',
      'view cheap: is not in schema.sql',
    ],
  ],
  [
    `create function touch() returns trigger language plpgsql as 'begin return new; end';
     create trigger touched before update on carts for each row execute function touch()`,
    [
      'trigger touched on table carts: is not in schema.sql',
      'function touch(): is not in schema.sql',
    ],
  ],
  [
    `create type mood as enum ('good'); create domain positive as integer check (value > 0);
     create type pair as (a integer, b mood); create sequence numbers`,
    [
      'sequence numbers: is not in schema.sql',
      'composite type pair: is not in schema.sql',
      'type positive: is not in schema.sql',
      'type mood: is not in schema.sql',
    ],
  ],
  [
    `alter table carts enable row level security;
     create policy own on carts using (customer_id = current_user);
     create rule quiet as on delete to orders do instead nothing;
     create statistics spread on customer_id, status from orders`,
    [
      'rule quiet on table orders: is not in schema.sql',
      'policy own on table carts: is not in schema.sql',
      'table carts: has row security, should not',
      'statistics object spread: is not in schema.sql',
    ],
  ],
  [
    'create table events (id integer) partition by range (id); create table events_1 partition of events default',
    ['table events: is partitioned: such a table is not in schema.sql'],
  ],
  [
    'create extension pgcrypto; create extension citext',
    ['extension citext: is not in schema.sql', 'extension pgcrypto: is not in schema.sql'],
  ],
];

/** What PostgreSQL has words for since version 18. */
export const SINCE_18: readonly Seeded[] = [
  [
    `alter table carts alter updated_at drop not null;
     alter table carts add constraint soft not null updated_at not valid`,
    ['table carts: constraint soft (not null) is not validated: rows from before may break it'],
  ],
  [
    `alter table carts drop constraint carts_version_check;
     alter table carts add constraint carts_version_check check (version > 0) not enforced`,
    [
      'table carts: constraint carts_version_check is CHECK ((version > 0)) NOT ENFORCED, ' +
        'should be CHECK ((version > 0))',
    ],
  ],
  [
    'alter table carts add twice bigint generated always as (version * 2) virtual',
    ['table carts: column twice is not in schema.sql'],
  ],
  [
    `alter table carts drop updated_at;
     alter table carts add updated_at timestamptz generated always as (created_at) virtual not null`,
    [
      'table carts: column updated_at has generated always as (created_at) virtual, ' +
        'should have default now()',
    ],
  ],
];
