-- When the guest of a cart came back with an older session. Pruning counts from it, so that a cart which is
-- only looked at stays as long as the session that reaches it.

alter table carts add column if not exists seen_at timestamptz;
