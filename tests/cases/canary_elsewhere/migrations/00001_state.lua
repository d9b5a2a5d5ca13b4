return {
  table = "Movies",
  up = function(movie, actions) actions:update("SET decade = :d", { d = movie.year // 10 * 10 }) end,
  down = function(movie, actions) actions:update("REMOVE decade") end,
  verify = function(movie) return movie.decade == 1990 end,
}
