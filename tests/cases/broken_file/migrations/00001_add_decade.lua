return {
  table = "Movies",
  description = "add the decade",
  up = function(movie, actions)
    if movie.decade or not movie.year then return end
    actions:update("SET decade = :d", { d = movie.year // 10 * 10 })
  end,
  verify = function(movie) return not movie.year or movie.decade ~= nil end,
  down = function(movie, actions)
    actions:drop("decade")
  end,
}
