local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return wrk.format("GET", "/api/v1/products?limit=24", shoppers.next().headers)
end
