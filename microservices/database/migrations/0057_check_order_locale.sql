alter table orders validate constraint orders_locale_check;
