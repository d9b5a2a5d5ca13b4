return {
  table = "Movies",
  up = function(movie, actions) actions:default("kind", "silent") end,
  verify = function(movie)
    drift.put("Movies", { id = 2 })
    return true
  end,
}
