// The one door to Lua's headers, and what every function that a script can call has around it. Lua is the build of it
// whose errors are C++ exceptions, so that lua_error unwinds C++ objects. While one is on its way the error's value
// lies on top of Lua's stack: no destructor may touch that stack.
#pragma once

#include <lua.hpp>

#include <exception>
#include <stdexcept>
#include <string>
#include <string_view>

namespace drift::script {

// A mistake of the script: becomes a Lua error with the script's file and line (guarded).
[[noreturn]] inline void fault(const std::string& message) { throw std::runtime_error(message); }

// `function` as Lua may call it: what it throws becomes a Lua error, so that nothing of ours crosses a frame of Lua's.
// Lua's own exceptions are of no standard type and go through.
template <lua_CFunction function>
int guarded(lua_State* lua) {
  std::string what;
  try {
    return function(lua);
  } catch (const std::exception& error) {
    what = error.what();
  }
  return luaL_error(lua, "%s", what.c_str());
}

inline std::string_view text_at(lua_State* lua, int index) {
  std::size_t length = 0;
  const char* const text = lua_tolstring(lua, index, &length);
  return {text, length};
}

inline void push_text(lua_State* lua, std::string_view text) { lua_pushlstring(lua, text.data(), text.size()); }

}  // namespace drift::script
