return {
  table = "Movies",
  up = function(movie, actions)
    if movie.decade or not movie.year then return end
    actions:update("SET decade = :d", { d = movie.year // 10 * 10 })
  end,
}
