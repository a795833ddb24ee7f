-- Sets another quantity each time: unlike adds, this never reaches a limit.
local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

local quantity = 0

function request()
  quantity = quantity % 99 + 1
  local shopper = shoppers.next()
  local path = "/api/v1/cart/" .. shopper.customer .. "/items/" .. shoppers.own_product(shopper)
  return wrk.format("PUT", path, shopper.headers, string.format('{"quantity":%d}', quantity))
end
