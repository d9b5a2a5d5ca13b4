return {
  table = "Movies",
  up = function(item, actions)
    actions:rename("name", "title")
  end,
}
