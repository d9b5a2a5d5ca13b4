return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET again = :h, point = :f", { h = item.huge, f = 0.1 })
  end,
}
