return {
  table = "Movies",
  up = function(movie, actions) actions:update("SET flag = :t", { t = true }) end,
}
