-- The picture of the product when the line was last added to, as its name and price are. Null on a line of a
-- release that did not write it.

alter table cart_items add column image_url text;
