local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return wrk.format("GET", "/api/v1/products/" .. shoppers.product(), shoppers.next().headers)
end
