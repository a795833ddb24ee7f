-- Several kinds of requests, by weights ("add=13,read=13"), the last argument. Only carts that were added to
-- in this load are bought, some time after it, so that no checkout finds an empty cart; and not shortly before
-- they are added to again, which would change a cart while it is paid for.
local shoppers = require("shoppers")
setup, done = shoppers.setup, shoppers.done

local kinds, total = {}, 0
-- customers whose carts can be bought: the longest filled first
local filled, oldest, newest, is_filled = {}, 1, 0, {}
-- more than can be in flight
local APART = 100

function init(arguments)
  shoppers.init(arguments)
  for kind, weight in arguments[6]:gmatch("([%a_]+)=(%d+)") do
    total = total + tonumber(weight)
    table.insert(kinds, { name = kind, below = total })
  end
end

local function add()
  local shopper = shoppers.next()
  if not is_filled[shopper] then
    is_filled[shopper] = true
    newest = newest + 1
    filled[newest] = shopper
  end
  return shoppers.add(shopper)
end

local function checkout()
  if newest - oldest < APART then return add() end
  local shopper = filled[oldest]
  if shoppers.is_soon(shopper, APART) then return add() end
  filled[oldest] = nil
  is_filled[shopper] = nil
  oldest = oldest + 1
  return shoppers.checkout(shopper)
end

local requests = {
  add = add,
  checkout = checkout,
  read = function() return shoppers.read(shoppers.next()) end,
  product = function() return shoppers.read_product(shoppers.next()) end,
  products = function() return shoppers.read_page(shoppers.next()) end,
}

function request()
  local drawn = math.random(1, total)
  for _, kind in ipairs(kinds) do
    if drawn <= kind.below then return requests[kind.name]() end
  end
end
