return {
  table = "Movies",
  index = "by_decade",
  up = function(movie, actions) actions:update("SET era = :e", { e = movie.decade < 1930 and "silent" or "sound" }) end,
  verify = function(movie) return movie.decade == nil or movie.era ~= nil end,
}
