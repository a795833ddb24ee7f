-- A page of products with what is left of each, as rows.
select p.product_id, p.product_name, p.description, p.category, p.price, p.image_url, i.on_hand
from products as p left join inventory as i using (product_id)
order by p.product_name collate "C", p.product_id collate "C"
limit 24;
