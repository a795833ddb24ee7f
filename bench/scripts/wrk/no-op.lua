-- The cheapest JSON route: the cost of the server without any work.
local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return wrk.format("GET", "/livez", shoppers.next().headers)
end
