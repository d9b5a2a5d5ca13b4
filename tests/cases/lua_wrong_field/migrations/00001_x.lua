return {
  table = "Movies",
  descripton = "x",
  up = function(item, actions)
    x = 1
  end,
}
