return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET decade = :d", { d = "twenties" })
  end,
}
