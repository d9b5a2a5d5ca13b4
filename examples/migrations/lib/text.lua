-- What several migrations need; required as "lib.text".
local text = {}

-- The parts between separators, without spaces around them and without empty ones.
function text.split(all, separator)
  local parts = {}
  for part in all:gmatch("[^" .. separator .. "]+") do
    local word = part:match("^%s*(.-)%s*$")
    if word ~= "" then parts[#parts + 1] = word end
  end
  return parts
end

return text
