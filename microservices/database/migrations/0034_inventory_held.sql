-- Terminology
--   on hand   units of a product that the shop has. on_hand = free + held.
--   held      units of orders that wait for their payment; nobody else can order them.
--   sold      units of paid orders, counted from this migration on. on_hand + sold changes only when stock is
--             imported.
--
-- The previous release knows nothing of held units: where it would sell them, the check refuses its order.

-- Units, as on_hand.
-- squawk-ignore prefer-bigint-over-int
alter table inventory add column held integer not null default 0;
alter table inventory add column sold bigint not null default 0;
alter table inventory add constraint inventory_held_check check (held between 0 and on_hand) not valid;
alter table inventory add constraint inventory_sold_check check (sold >= 0) not valid;

grant update (held, sold) on inventory to carthub_app;
