local shoppers = require("shoppers")
setup, init, done = shoppers.setup, shoppers.init, shoppers.done

function request()
  return shoppers.add(shoppers.next())
end
