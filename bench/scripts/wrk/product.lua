local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return shoppers.read_product(shoppers.next())
end
