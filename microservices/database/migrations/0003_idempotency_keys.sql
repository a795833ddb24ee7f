-- What a change with an Idempotency-Key was answered, so that the same request again gets the same answer
-- and changes nothing more. The answer is written in the transaction of the change.

create table idempotency_keys (
  customer_id text not null check (char_length(customer_id) between 1 and 255),
  key text not null check (char_length(key) between 1 and 255),
  -- SHA-256 of method, address and body: the same key with another request is a mistake of the client.
  fingerprint text not null check (char_length(fingerprint) = 64),
  -- Of a checkout, which pays between two transactions: who works on it, until there is an answer.
  order_id uuid,
  -- An HTTP status has three digits.
  -- squawk-ignore prefer-bigint-over-int
  status integer check (status between 200 and 499),
  headers jsonb check (jsonb_typeof(headers) = 'object'),
  body text,
  created_at timestamptz not null default now(),
  primary key (customer_id, key),
  check (num_nulls(status, headers, body) in (0, 3)),
  check (status is not null or order_id is not null)
);

grant select, insert, update, delete on idempotency_keys to carthub_app;
