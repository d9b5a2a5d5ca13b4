return {
  table = "Movies",
  up = function(item, actions)
    if item.id == 1 then
      drift.update("Movies", { id = 1 }, "SET n = :n", { n = (item.n or 0) + 1 })
    end
    actions:update("SET seen = :n", { n = item.n or 0 })
  end,
}
