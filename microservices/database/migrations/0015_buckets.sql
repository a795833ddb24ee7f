-- Divides customers, so that every statement can name the part that it needs.
--
-- Terminology
--   bucket   a part of the customers, by a stable hash of their ids, and a part of each product's stock. A database
--            has a fixed number of buckets, counted from 0; a PostgreSQL on one machine needs one.

create table buckets (
  -- There are as many as a database has nodes, times a few.
  -- squawk-ignore prefer-bigint-over-smallint
  bucket smallint primary key check (bucket >= 0)
);

insert into buckets (bucket) values (0);

grant select on buckets to carthub_app;
