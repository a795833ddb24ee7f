-- Shared by all scripts: shoppers, requests, and the summary at the end.

local M = {}
local shoppers = {}
local position = 0
local threads = 0
local products, lines_per_cart

function M.setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

-- arguments: file of shoppers, number of threads (they divide the shoppers), shoppers that each thread skips first,
-- number of products, lines of a cart
function M.init(arguments)
  local share, line_number = tonumber(arguments[2]), 0
  for line in io.lines(arguments[1]) do
    if line_number % share == number then
      local customer, token, cart = line:match("^(%S+) (%S+) (%d+)$")
      table.insert(shoppers, {
        customer = customer,
        cart = tonumber(cart),
        place = #shoppers + 1,
        headers = {
          ["authorization"] = "Bearer " .. token,
          ["content-type"] = "application/json",
        },
      })
    end
    line_number = line_number + 1
  end
  position = tonumber(arguments[3]) % #shoppers
  products, lines_per_cart = tonumber(arguments[4]), tonumber(arguments[5])
  math.randomseed(42 + number + position)
end

-- round robin, so that no two requests in flight concern the same cart
function M.next()
  position = position % #shoppers + 1
  return shoppers[position]
end

-- whether this shopper's turn is within this many requests, before or after
function M.is_near(shopper, requests)
  local ahead = (shopper.place - position - 1) % #shoppers
  return ahead < requests or ahead >= #shoppers - requests
end

-- any product
function M.product()
  return "product-" .. math.random(1, products)
end

-- a product that the cart has already (shop/fill-shop.ts), so that carts keep their size
function M.own_product(shopper)
  return "product-" .. 1 + (shopper.cart * 7 + math.random(1, lines_per_cart)) % products
end

function M.add(shopper)
  local body = string.format(
    '{"customer_id":"%s","product_id":"%s","quantity":1}', shopper.customer, M.own_product(shopper)
  )
  return wrk.format("POST", "/api/v1/cart/items", shopper.headers, body)
end

function M.read(shopper)
  return wrk.format("GET", "/api/v1/cart/" .. shopper.customer, shopper.headers)
end

local address =
  '{"name":"A Shopper","line1":"1 Main Street","city":"Portland","postal_code":"97201","country":"US"}'

function M.checkout(shopper)
  local body = string.format(
    '{"customer_id":"%s","email":"shopper@example.com","shipping_address":%s,"payment_method":"pm_test_approve"}',
    shopper.customer, address
  )
  return wrk.format("POST", "/api/v1/cart/checkout", shopper.headers, body)
end

function M.read_product(shopper)
  return wrk.format("GET", "/api/v1/products/" .. M.product(), shopper.headers)
end

function M.read_page(shopper)
  return wrk.format("GET", "/api/v1/products?limit=24", shopper.headers)
end

function M.done(summary, latency)
  local e = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"microseconds":%d,"errors":%d,"p50":%d,"p95":%d,"p99":%d}\n',
    summary.requests, summary.duration, e.connect + e.read + e.write + e.status + e.timeout,
    latency:percentile(50), latency:percentile(95), latency:percentile(99)
  ))
end

return M
