return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET #s = :new", { new = "active", old = "draft" }, { names = { s = "state" }, condition = "#s = :old" })
  end,
}
