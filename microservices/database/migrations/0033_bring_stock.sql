-- A bucket that gets units from another one may have had none, and no row, of the product.

grant insert (bucket, product_id, on_hand) on inventory to carthub_app;
