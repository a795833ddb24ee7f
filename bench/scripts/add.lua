local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  local shopper = shoppers.next()
  local body = string.format(
    '{"customer_id":"%s","product_id":"%s","quantity":1}', shopper.customer, shoppers.product()
  )
  return wrk.format("POST", "/api/v1/cart/items", shopper.headers, body)
end
