return {
  table = "Movies",
  up = function(movie, actions) actions:default("state", "active") end,
}
