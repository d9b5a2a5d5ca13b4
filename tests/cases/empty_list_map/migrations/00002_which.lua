return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET x = :x", { x = {} })
  end,
}
