local text = require("lib.text")
return {
  table = "Movies",
  up = function(item, actions)
    actions:update("SET title = :t", { t = text.change(item.title) })
  end,
}
