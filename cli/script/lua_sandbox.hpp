// The world of a script: the functions of Lua that touch nothing outside (base, string, table, math, utf8), `drift`,
// print and require; no files, no processes, no clock, no code that was not in the script's own text.
#pragma once

#include "cli/script/lua_api.hpp"

#include <string>
#include <string_view>

namespace drift::script {

// Builds it in a new state whose Context is set.
void open_sandbox(lua_State* lua);

// The function of a chunk of text, in the sandbox, on top of the stack. `name` is what messages call it. Throws
// std::runtime_error when it is no Lua.
void push_chunk(lua_State* lua, std::string_view text, const std::string& name);

}  // namespace drift::script
