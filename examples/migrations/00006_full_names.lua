-- "first" and "last" become "name"; every director has one afterwards.
return {
  table = "Directors",
  description = "one name",
  up = function(director, actions)
    if director.name or not director.first then return end
    actions:update("SET #n = :n REMOVE #f, #l", { n = director.first .. " " .. director.last },
      { names = { n = "name", f = "first", l = "last" } })
  end,
  verify = function(director) return director.name ~= nil and director.first == nil end,
}
