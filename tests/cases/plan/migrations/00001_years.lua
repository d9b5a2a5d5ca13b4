return {
  table = "Movies",
  description = "years are numbers",
  up = function(movie, actions)
    if actions:convert("year", "N") then actions:drop("tmp") end
  end,
}
