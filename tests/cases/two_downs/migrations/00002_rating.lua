return {
  table = "Movies",
  description = "every movie has a rating",
  up = function(movie, actions)
    actions:default("rating", "new")
  end,
}
