-- Texts with what search_fold has learned in 0011, or with control characters. Changes no column that the shop waits
-- for: checkout locks stocks, and foreign keys need only the id.

update products as p
set name_words = w.name_words,
    all_words = w.name_words || search_vector(p.category || ' ' || p.description)
from (
  select product_id, search_vector(product_name) as name_words
  from products
  where product_name || category || description ~* '[×ґ\u0001-\u0008\u000b\u000c\u000e-\u001f\u007f\u0900-\u097f\u09bc\u09dc-\u09df\u0a33-\u0a5e\u0b3c\u0b5c\u0b5d]'
) as w
where w.product_id = p.product_id;
