return {
  table = "Movies",
  up = function(movie, actions) actions:default("state", "active") end,
  verify = function(movie) return movie.state == "sold" end,
}
