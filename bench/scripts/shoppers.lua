-- What all scripts share: who asks, and what is told at the end.

local M = {}
local shoppers = {}
local position = 0
local threads = 0

function M.setup(thread)
  thread:set("number", threads)
  threads = threads + 1
end

-- arguments: the file of shoppers, and the number of threads, each of which takes its share of them
function M.init(arguments)
  local share, line_number = tonumber(arguments[2]), 0
  for line in io.lines(arguments[1]) do
    if line_number % share == number then
      local customer, token = line:match("^(%S+) (%S+)$")
      table.insert(shoppers, {
        customer = customer,
        headers = {
          ["authorization"] = "Bearer " .. token,
          ["content-type"] = "application/json",
        },
      })
    end
    line_number = line_number + 1
  end
  math.randomseed(42 + number)
end

-- one after the other, so that no two requests in flight are about one cart
function M.next()
  position = position % #shoppers + 1
  return shoppers[position]
end

function M.product()
  return "product-" .. math.random(1, 1000)
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
