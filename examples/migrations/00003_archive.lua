-- Old movies move to a table of their own.
return {
  table = "Movies",
  description = "archive what is older than 1930",
  up = function(movie, actions)
    if not movie.year or movie.year >= 1930 then return end
    actions:copy_to("Archive", function(copy)
      copy.archived = true
      copy.plot = nil
    end)
    actions:remove()
  end,
}
