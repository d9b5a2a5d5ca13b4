return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET a = :a", { a = item.n / 3 })
  end,
}
