return {
  table = "Movies",
  up = function(movie, actions)
    actions:update("SET decade = :d", { d = movie.year // 10 * 10 })
  end,
  verify = function(movie) return movie.decade == movie.year // 10 * 10 end,
}
