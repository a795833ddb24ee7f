-- withdrawn_at: since when the product is no longer sold; null while it is. Its row stays, because carts refer to
-- it and its page still opens.

alter table products add column withdrawn_at timestamptz;
