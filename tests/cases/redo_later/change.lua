return {
  table = "Movies",
  up = function(movie, actions)
    if movie.seen then actions:update("SET rating = :r", { r = 5 }) end
  end,
}
