alter table order_items add constraint order_items_order_fkey
foreign key (bucket, customer_id, order_id) references orders (bucket, customer_id, order_id)
on delete cascade not valid;
