return {
  table = "Movies",
  up = function(item, actions)
    local cast = item.cast
    cast[#cast + 1] = { name = "Extra", ["a.b"] = { 1, drift.null } }
    actions:update("SET #c = :c, #y.#d = :n", { c = cast, n = 1 }, { names = { c = "cast", y = "year", d = "a.b" } })
  end,
}
