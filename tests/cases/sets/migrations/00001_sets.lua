return {
  table = "Movies",
  up = function(item, actions)
    local genres = drift.string_set{}
    for word in string.gmatch(item.genres, "%a+") do genres:add(word) end
    actions:update("SET tags = :t, nums = :n, bins = :b REMOVE genres", {
      t = genres, n = drift.number_set{ 1, drift.number("2.5") }, b = drift.binary_set{ drift.binary("x") },
    })
  end,
}
