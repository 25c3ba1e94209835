-- Arguments: a file of paths ("" for the path of the address), how many were asked before, the number of threads. Every
-- thread takes each path that falls to it once.
local threads = 0

function setup(thread)
   thread:set("id", threads)
   threads = threads + 1
end

function init(args)
   paths = nil
   if args[1] and args[1] ~= "" then
      local skip, every, n = tonumber(args[2]), tonumber(args[3]), 0
      paths = {}
      for line in io.lines(args[1]) do
         if n >= skip and n % every == id then
            table.insert(paths, line)
         end
         n = n + 1
      end
      at = 0
   else
      fixed = wrk.format()
   end
end

function request()
   if not paths then
      return fixed
   end
   at = at + 1
   return wrk.format("GET", paths[(at - 1) % #paths + 1])
end

function done(summary, latency, requests)
   local e = summary.errors
   io.write(string.format('RESULT {"requests":%d,"seconds":%f,"p50ms":%f,"p99ms":%f,"failed":%d}\n',
      summary.requests, summary.duration / 1e6, latency:percentile(50) / 1e3, latency:percentile(99) / 1e3,
      e.connect + e.read + e.write + e.status + e.timeout))
end
