return {
  table = "Movies",
  filter = { "#y < :y", names = { y = "year" }, values = { y = 1950 } },
  up = function(item, actions)
    actions:update("SET is_old = :t", { t = true })
  end,
}
