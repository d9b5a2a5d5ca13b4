return {
  table = "Movies",
  up = function(item, actions)
    local tags = item.tags
    tags:remove("drama")
    actions:update("SET tags = :t", { t = tags })
  end,
}
