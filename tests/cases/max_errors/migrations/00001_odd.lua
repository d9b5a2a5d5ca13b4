return {
  table = "Movies",
  up = function(item, actions)
    if item.id ~= 2 then error("not " .. item.id) end
    actions:update("SET seen = :s", { s = true })
  end,
}
