return {
  table = "Movies",
  up = function(item, actions)
    if not item.checked then actions:update("SET checked = :t", { t = true }) end
  end,
}
