return {
  table = "Movies",
  up = function(item, actions)
    actions:copy_to("Archive", function(copy) copy.archived = true end)
    actions:drop("title")
  end,
}
