return {
  table = "Lines",
  up = function(item, actions)
    if item.sku == "b" then error("no b is allowed") end
  end,
}
