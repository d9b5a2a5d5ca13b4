return {
  table = "Movies",
  description = "old movies move",
  up = function(movie, actions)
    if movie.year ~= 1927 then return end
    actions:copy_to("Archive")
    actions:remove()
  end,
}
