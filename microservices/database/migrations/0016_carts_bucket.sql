-- The previous release does not write it: all that it knows is bucket 0.

-- squawk-ignore prefer-bigint-over-smallint
alter table carts add column bucket smallint not null default 0;
