return {
  table = "Movies",
  up = function(item, actions)
    local price = drift.div(item.cents, 100, 2)
    actions:update("SET price = :p, third = :t, huge = :h + one, big = :b REMOVE cents", {
      p = drift.round(drift.mul(price, 1.19), 2), t = drift.div(item.cents, 3, 5), h = item.huge, b = drift.mul(item.big, item.big),
    })
  end,
}
