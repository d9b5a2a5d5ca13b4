return {
  table = "Movies",
  description = "nobody has seen it",
  up = function(movie, actions)
    actions:default("seen", 0)
  end,
}
