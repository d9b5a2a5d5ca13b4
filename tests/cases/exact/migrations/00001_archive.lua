return {
  table = "Movies",
  up = function(item, actions)
    actions:put({ id = item.id }, "Archive")
  end,
}
