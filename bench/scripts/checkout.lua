local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

local address =
  '{"name":"A Shopper","line1":"1 Main Street","city":"Portland","postal_code":"97201","country":"US"}'

function request()
  local shopper = shoppers.next()
  local body = string.format(
    '{"customer_id":"%s","email":"shopper@example.com","shipping_address":%s,"payment_method":"pm_test_approve"}',
    shopper.customer, address
  )
  return wrk.format("POST", "/api/v1/cart/checkout", shopper.headers, body)
end
