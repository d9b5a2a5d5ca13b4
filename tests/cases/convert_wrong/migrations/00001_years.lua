return {
  table = "Movies",
  up = function(item, actions)
    actions:convert("year", "N")
  end,
}
