-- carthub: breaking
-- The release before the buckets names the keys without a bucket in "on conflict".

alter table idempotency_keys
drop constraint idempotency_keys_pkey,
add constraint idempotency_keys_pkey primary key using index idempotency_keys_key;
