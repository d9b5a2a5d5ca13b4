return {
  table = "Movies",
  up = function(item, actions)
    if item.id ~= 2 then return end
    drift.delete("Movies", { id = item.id })
    actions:update("SET seen = :s", { s = item.id })
  end,
}
