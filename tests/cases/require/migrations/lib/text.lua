return { change = function(s) return string.upper(s) end }
