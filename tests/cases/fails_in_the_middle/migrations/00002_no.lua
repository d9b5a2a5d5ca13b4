return {
  table = "Movies",
  up = function(item, actions)
    error("no")
  end,
}
