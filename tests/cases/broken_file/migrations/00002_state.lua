return {
  table = "Movies",
  description = "every movie has a state",
  up = function(movie, actions)
    actions:default("state", "active")
  end,
}
