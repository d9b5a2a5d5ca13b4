return {
  table = "Lines",
  up = function(item, actions)
    actions:update("SET line_total = :t", { t = item.count * item.price })
    if item.sku == "b" then actions:remove({ order = item.order, sku = "gone" }) end
  end,
}
