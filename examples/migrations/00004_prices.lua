-- Prices in cents become exact prices with 19 % tax: 999 becomes 11.89.
return {
  table = "Movies",
  description = "prices with tax",
  reads = { "cents", "price" },
  up = function(movie, actions)
    if not movie.cents or movie.price then return end
    local price = drift.div(movie.cents, 100, 2)
    actions:update("SET price = :p REMOVE cents", { p = drift.round(drift.mul(price, 1.19), 2) })
  end,
}
