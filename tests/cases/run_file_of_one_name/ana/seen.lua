return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET seen = if_not_exists(seen, :n) + :one", { n = 0, one = 1 })
  end,
}
