return {
  table = "Movies",
  description = "every movie has a color",
  up = function(movie, actions)
    actions:default("color", "new")
  end,
}
