-- "drama, comedy" becomes the set of both. The director's name comes from another table.
local text = require("lib.text")

return {
  table = "Movies",
  description = "genres as a set, directors by name",
  up = function(movie, actions)
    local genres = drift.string_set{}
    for _, genre in ipairs(text.split(movie.genres or "", ",")) do
      genres:add(genre)
    end
    if #genres > 0 then
      actions:update("SET genre_set = :g REMOVE genres", { g = genres })
    end
    if movie.director_id then
      local director = drift.get("Directors", { id = movie.director_id })
      actions:update("SET director = :d", { d = director and director.name or drift.null })
    end
  end,
}
