-- The picture of the product as it was sold. Null on a line of a release that did not write it.

alter table order_items add column image_url text;
