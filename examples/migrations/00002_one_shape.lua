-- What years of applications wrote, in one shape. Each line does nothing where there is nothing to do.
return {
  table = "Movies",
  description = "titles, years and states in one shape",
  up = function(movie, actions)
    actions:rename("name", "title")
    actions:convert("year", "N") -- "1987" becomes 1987
    actions:default("state", "active")
    actions:drop("tmp", "debug.info")
  end,
}
