return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET seen = :n", { n = 100 })
  end,
}
