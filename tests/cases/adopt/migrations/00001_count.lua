return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET n = if_not_exists(n, :z) + :one", { z = 0, one = 1 })
  end,
}
