return {
  table = "Movies",
  up = function(item, actions)
    if item.id == 2 then actions:drop("decade") end
  end,
}
