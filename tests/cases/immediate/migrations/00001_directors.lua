return {
  table = "Movies",
  up = function(item, actions)
    local director = drift.get("Directors", { id = item.director })
    actions:update("SET director_name = :d", { d = director and director.name or drift.null })
    drift.put("Directors", { id = 100 + item.id, name = "new" })
    drift.update("Directors", { id = 100 + item.id }, "SET seen = :s", { s = true })
    drift.delete("Directors", { id = 9 })
  end,
}
