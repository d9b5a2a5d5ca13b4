return {
  table = "Movies",
  up = function(item, actions)
    actions:rename("name", "title")
    actions:convert("year", "N")
    actions:default("state", "active")
    actions:drop("tmp", "debug")
  end,
}
