-- carthub: concurrently
-- squawk-disable-assume-in-transaction

alter table orders validate constraint orders_status_check;

alter table orders validate constraint orders_payment_status_check;

alter table orders validate constraint orders_number_check;

create unique index concurrently orders_number on orders (bucket, number);
