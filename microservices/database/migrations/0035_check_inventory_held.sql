-- carthub: concurrently
-- squawk-disable-assume-in-transaction

alter table inventory validate constraint inventory_held_check;

alter table inventory validate constraint inventory_sold_check;
