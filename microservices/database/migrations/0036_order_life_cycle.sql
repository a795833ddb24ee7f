-- The way of an order from its placing to its end, beside which its payment has a status of its own; 'confirmed' is what the previous release calls 'paid'.

alter table orders drop constraint orders_status_check;
alter table orders add constraint orders_status_check check (
  status in (
    'pending_payment', 'paid', 'partly_fulfilled', 'fulfilled', 'delivered', 'payment_failed', 'expired', 'cancelled',
    'confirmed'
  )
) not valid;

alter table orders drop constraint orders_payment_status_check;
alter table orders add constraint orders_payment_status_check check (
  payment_status in ('pending', 'authorized', 'captured', 'failed', 'voided', 'partly_refunded', 'refunded')
) not valid;

-- What people read out, such as CH-7F3K-9Q2M. Orders of the previous release have none until they are given one.
alter table orders add column number text;
alter table orders add constraint orders_number_check check (number ~ '^CH-[0-9A-Z]{4}-[0-9A-Z]{4}$') not valid;

grant update (status, payment_status, payment_reference) on orders to carthub_app;
