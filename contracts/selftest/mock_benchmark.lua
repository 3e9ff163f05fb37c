-- Requests for wrk: each page size, order, cursor and window of dates is drawn anew. Arguments: a seed, a file of queries, a path.
local queries, path = {}, ""

function init(arguments)
  math.randomseed(tonumber(arguments[1]))
  for line in io.lines(arguments[2]) do queries[#queries + 1] = line end
  path = arguments[3]
end

function request()
  return wrk.format("GET", path .. "?page_size=" .. math.random(1, 19) .. queries[math.random(#queries)])
end

function done(summary, _, _)
  local errors = summary.errors
  local failed = errors.status + errors.connect + errors.read + errors.write + errors.timeout
  io.write(string.format("DONE %d %d %d %d\n", summary.requests, summary.duration, summary.bytes, failed))
end
