return {
  table = "Movies",
  up = function(item, actions)
    actions:insert({ id = 100 + item.id, copy_of = item.id }, "Archive")
    actions:put({ id = 1, last = true }, "Archive")
    if not item.year then actions:remove() end
  end,
}
