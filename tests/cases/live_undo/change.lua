return {
  table = "Movies",
  up = function(item, actions)
    if item.id == 2 then actions:update("SET #s = :s", { s = "sold" }, { names = { s = "state" } }) end
  end,
}
