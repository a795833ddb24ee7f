-- Terminology
--   fulfilled   units of a line that have left.
--   cancelled   units that will not leave: their order was cancelled, or they were refunded before they left.
--   returned    units that left and came back.
--   restocked   cancelled or returned units that can be sold again.
--
-- The rest of a line waits to be sent. Whoever changes these columns holds the lock of the order's row.

-- Units, as quantity.
-- squawk-ignore prefer-bigint-over-int
alter table order_items add column fulfilled integer not null default 0;
-- squawk-ignore prefer-bigint-over-int
alter table order_items add column cancelled integer not null default 0;
-- squawk-ignore prefer-bigint-over-int
alter table order_items add column returned integer not null default 0;
-- squawk-ignore prefer-bigint-over-int
alter table order_items add column restocked integer not null default 0;

-- Nothing leaves twice, and nothing comes back that has not left.
alter table order_items add constraint order_items_units_check check (
  fulfilled >= 0 and cancelled >= 0 and fulfilled + cancelled <= quantity and returned between 0 and fulfilled
  and restocked between 0 and cancelled + returned
) not valid;

grant update (fulfilled, cancelled, returned, restocked) on order_items to carthub_app;

-- What happens to an order beside the statuses that it reaches: 'captured', 'capture_failed', 'voided', 'void_failed',
-- 'refund_requested', 'refunded', 'refund_failed'. Null: the status is what happened.
alter table order_history add column event text;
-- The parcel or refund that it is about.
alter table order_history add column about uuid;
alter table order_history add constraint order_history_event_check check (
  char_length(event) between 1 and 50
) not valid;
