-- What an order costs beside its goods: taxes, delivery and promotions. `carthub-db import-pricing` writes all of it
-- at once. Without rules a shop charges what the backend's settings say.
--
-- Terminology
--   ''      in a place or a category: any.
--   tier    a price that holds from a weight or a subtotal on.
--   code    what a customer enters, in capitals. A promotion without codes is automatic.

create table pricing_rules (
  -- There is one row, and none before the first import: that is version 0.
  is_only boolean primary key default true check (is_only),
  -- Counts the changes. An order is refused that was computed by another version.
  version bigint not null check (version > 0),
  rounding text not null check (rounding in ('half-up', 'half-even')),
  tax_rounded_per text not null check (tax_rounded_per in ('line', 'order'))
);

create table markets (
  country text primary key check (country ~ '^([A-Z]{2})?$'),
  prices_include_tax boolean not null
);

create table tax_rules (
  name text not null check (char_length(name) between 1 and 50),
  country text not null check (country ~ '^([A-Z]{2})?$'),
  region text not null check (char_length(region) <= 100),
  category text not null check (char_length(category) <= 100),
  -- In percent.
  rate numeric(7, 4) not null check (rate between 0 and 100),
  primary key (name, country, region, category),
  check (region = '' or country <> '')
);

create table delivery_options (
  option_id text primary key check (char_length(option_id) between 1 and 50),
  -- The order in which they are offered; the first one is the default.
  -- squawk-ignore prefer-bigint-over-int
  position integer not null,
  name text not null check (char_length(name) between 1 and 100),
  tiers_by text not null check (tiers_by in ('weight', 'subtotal')),
  -- Grams or an amount, as the tiers.
  max numeric(14, 2) check (max >= 0),
  free_from numeric(14, 2) check (free_from >= 0),
  -- By which its price is taxed; null: it is not taxed.
  tax_category text check (char_length(tax_category) between 1 and 100),
  -- Working days until it arrives.
  -- squawk-ignore prefer-bigint-over-int
  min_days integer check (min_days >= 0),
  -- squawk-ignore prefer-bigint-over-int
  max_days integer check (max_days >= min_days),
  check ((min_days is null) = (max_days is null))
);

-- Where an option is offered; everywhere if it has none.
create table delivery_places (
  option_id text not null references delivery_options (option_id) on delete cascade,
  country text not null check (country ~ '^([A-Z]{2})?$'),
  region text not null check (char_length(region) <= 100),
  primary key (option_id, country, region)
);

create table delivery_tiers (
  option_id text not null references delivery_options (option_id) on delete cascade,
  -- Grams or an amount.
  starts_at numeric(14, 2) not null check (starts_at >= 0),
  price numeric(10, 2) not null check (price between 0 and 99999999.99),
  primary key (option_id, starts_at)
);

create table promotions (
  promotion_id text primary key check (char_length(promotion_id) between 1 and 50),
  name text not null check (char_length(name) between 1 and 100),
  kind text not null check (kind in ('percentage', 'amount', 'free-delivery', 'buy-x-get-y')),
  -- Of a percentage, and of the units that one gets.
  percent numeric(7, 4) check (percent between 0 and 100),
  amount numeric(10, 2) check (amount between 0 and 99999999.99),
  -- squawk-ignore prefer-bigint-over-int
  buy integer check (buy between 1 and 99),
  -- squawk-ignore prefer-bigint-over-int
  get integer check (get between 1 and 99),
  -- Those that are free; all if it is empty.
  delivery_options text[] not null,
  -- Both empty: all products.
  products text[] not null,
  categories text[] not null,
  minimum numeric(14, 2) not null check (minimum >= 0),
  valid_from timestamptz,
  valid_until timestamptz check (valid_until > valid_from),
  first_order_only boolean not null,
  -- Orders that can use it.
  -- squawk-ignore prefer-bigint-over-int
  total_limit integer check (total_limit > 0),
  -- squawk-ignore prefer-bigint-over-int
  customer_limit integer check (customer_limit > 0),
  is_exclusive boolean not null,
  -- squawk-ignore prefer-bigint-over-int
  priority integer not null,
  check (
    case kind
      when 'percentage' then percent is not null
      when 'amount' then amount is not null
      when 'buy-x-get-y' then percent is not null and buy is not null and get is not null
      else true
    end
  )
);

create table promotion_codes (
  code text primary key check (char_length(code) between 1 and 50),
  promotion_id text not null references promotions (promotion_id) on delete cascade
);

grant select on pricing_rules, markets, tax_rules, delivery_options, delivery_places, delivery_tiers, promotions,
  promotion_codes to carthub_app;
