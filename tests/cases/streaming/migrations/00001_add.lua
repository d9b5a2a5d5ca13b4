return {
  table = "Movies",
  up = function(item, actions)
    if item.id == 3 then error("three") end
    actions:update("SET n = :n", { n = item.id + 1 })
  end,
}
