return {
  table = "Movies",
  up = function(item, actions)
    actions:insert({ id = 100 + item.id, title = item.title }, "Archive")
  end,
}
