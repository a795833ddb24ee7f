-- The customer's language, script and region when the order was placed, for the mails about it (BCP 47). Null on an
-- order of a client that named none, or of a release that did not write it. place_orders (0041) writes it.

alter table orders add column locale text;
alter table orders add constraint orders_locale_check check (locale ~ '^[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?$')
  not valid;
