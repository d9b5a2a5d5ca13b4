return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET b2 = :b, nothing2 = :n, yes2 = :y, bytes_in_it = :s, kind = :k", {
      b = item.b, n = item.nothing, y = not item.yes, s = #item.b, k = drift.type(item.nothing),
    })
  end,
}
