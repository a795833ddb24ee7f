-- The cheapest route that answers with JSON: what the server costs without any work.
local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return wrk.format("GET", "/livez", shoppers.next().headers)
end
