return {
  table = "Movies",
  up = function(item, actions)
    actions:remove({ id = 99 }, "Archive")
  end,
}
