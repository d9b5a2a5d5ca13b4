return {
  table = "Movies",
  description = "every movie has a condition",
  up = function(movie, actions)
    actions:default("condition", "new")
  end,
}
