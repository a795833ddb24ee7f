-- Several kinds of requests, by weights ("add=13,read=13"), the last argument. Only carts that were added to
-- in this load are bought, some time after it, so that no checkout finds an empty cart; and not shortly before or
-- after they are added to again, which would change a cart while it is paid for.
local shoppers = require("shoppers")
setup, done = shoppers.setup, shoppers.done

local kinds, total = {}, 0
-- customers whose carts can be bought: the longest filled first
local filled, oldest, newest, is_filled = {}, 1, 0, {}
-- more than can be in flight
local APART = 100
-- requests that a thread makes in half a second or so, longer than the disk keeps any waiting
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

-- of those whose turn is not near; they wait behind the others
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

-- wrk asks once for a request that it does not send: no cart must be taken to be filled by it
local was_asked = false

function request()
  if not was_asked then
    was_asked = true
    return requests.read()
  end
  local drawn = math.random(1, total)
  for _, kind in ipairs(kinds) do
    if drawn <= kind.below then return requests[kind.name]() end
  end
end
