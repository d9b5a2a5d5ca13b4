return {
  table = "Movies",
  up = function(movie, actions)
    if movie.id == 1 then
      drift.put("Movies", { id = 9 })
    end
    actions:update("SET n = nowhere + :one", { one = 1 })
  end,
}
