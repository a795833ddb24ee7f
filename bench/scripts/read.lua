local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  local shopper = shoppers.next()
  return wrk.format("GET", "/api/v1/cart/" .. shopper.customer, shopper.headers)
end
