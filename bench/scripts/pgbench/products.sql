-- A page of products with what is left of each, as rows.
select p.product_id, p.product_name, p.description, p.category, p.price, p.image_url, i.on_hand - i.held as stock
from products as p left join inventory as i on i.bucket = 0 and i.product_id = p.product_id
order by p.product_name collate "C", p.product_id collate "C"
limit 24;
