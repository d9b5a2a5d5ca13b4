return {
  table = "Movies",
  down = function(item) print("undone", item.id) end,
  up = function(item, actions)
    print("seen", item.id)
  end,
}
