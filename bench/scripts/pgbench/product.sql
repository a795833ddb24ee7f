\set product random(1, :products)
select p.product_id, p.product_name, p.description, p.category, p.price, p.image_url, i.on_hand - i.held as stock
from products as p left join inventory as i on i.bucket = 0 and i.product_id = p.product_id
where p.product_id = 'product-' || :product;
