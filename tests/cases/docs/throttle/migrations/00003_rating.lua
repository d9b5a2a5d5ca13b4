return {
  table = "Movies",
  description = "not rated yet",
  up = function(movie, actions)
    actions:default("rating", drift.null)
  end,
}
