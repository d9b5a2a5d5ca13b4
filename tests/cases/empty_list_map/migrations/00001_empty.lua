return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET l2 = :l, m2 = :m, l3 = :nl, m3 = :nm", { l = item.l, m = item.m, nl = drift.list{}, nm = drift.map{} })
  end,
}
