return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET tags = :t", { t = drift.string_set{} })
  end,
}
