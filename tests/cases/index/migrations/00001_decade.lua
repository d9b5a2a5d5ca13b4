return {
  table = "Movies",
  up = function(item, actions)
    if item.year then actions:update("SET decade = :d", { d = item.year // 10 * 10 }) end
  end,
}
