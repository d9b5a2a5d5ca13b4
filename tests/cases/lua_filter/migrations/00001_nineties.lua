return {
  table = "Movies",
  filter = { "#y >= :y", values = { y = 1990 }, names = { y = "year" } },
  up = function(movie, actions) actions:update("SET decade = :d", { d = movie.year // 10 * 10 }) end,
}
