-- Several kinds of requests, by weights ("add=13,read=13", the last argument). It checks out only carts that this
-- load has added to some time before, so that none is empty, and never shortly before or after another add, which
-- would change a cart during its payment.
local shoppers = require("shoppers")
setup, done = shoppers.setup, shoppers.done

local kinds, total = {}, 0
-- customers whose carts can be bought, the longest filled first
local filled, oldest, newest, is_filled = {}, 1, 0, {}
-- more than can be in flight
local APART = 100
-- about half a second of a thread's requests, longer than any disk stall
local NEAR = 1000

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

-- skips shoppers whose turn is near and moves them to the end
local function longest_filled()
  for _ = oldest, newest do
    local shopper = filled[oldest]
    filled[oldest] = nil
    oldest = oldest + 1
    if not shoppers.is_near(shopper, NEAR) then return shopper end
    newest = newest + 1
    filled[newest] = shopper
  end
end

local function checkout()
  local shopper = newest - oldest >= APART and longest_filled()
  if not shopper then return add() end
  is_filled[shopper] = nil
  return shoppers.checkout(shopper)
end

local requests = {
  add = add,
  checkout = checkout,
  read = function() return shoppers.read(shoppers.next()) end,
  product = function() return shoppers.read_product(shoppers.next()) end,
  products = function() return shoppers.read_page(shoppers.next()) end,
}

-- wrk calls request() once without sending the result: that call must not count as an add
local was_called = false

function request()
  if not was_called then
    was_called = true
    return requests.read()
  end
  local drawn = math.random(1, total)
  for _, kind in ipairs(kinds) do
    if drawn <= kind.below then return requests[kind.name]() end
  end
end
