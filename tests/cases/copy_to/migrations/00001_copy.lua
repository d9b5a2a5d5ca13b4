return {
  table = "Movies",
  up = function(item, actions)
    actions:copy_to("Titles", function(copy)
      if not copy.year then return false end
      copy.seen = false
    end)
  end,
}
