// What a state of Lua knows beside its script: the callback that is under way, the marks of its tables, its limits. It
// is found from the state itself. For the state's thread only.
#pragma once

#include "cli/script/lua_api.hpp"
#include "cli/script/lua_script.hpp"

#include <drift/actions.hpp>
#include <drift/item.hpp>

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace drift::script {

// The metatables that tell what a table is in DynamoDB.
enum class Mark : std::uint8_t { list, map, string_set, number_set, binary_set };
inline constexpr std::size_t mark_count = 5;

class ScriptFiles;

struct Context {
  const ScriptOptions* options = nullptr;
  ScriptFiles* files = nullptr;

  // The callback under way. `call` tells an item that a script kept from the one of today.
  const Item* item = nullptr;
  Actions* actions = nullptr;  // null: of verify, which queues nothing
  Client* client = nullptr;    // of requests made at once
  std::uint64_t call = 0;
  bool answer = false;  // what verify returned

  std::array<const void*, mark_count> marks{};
  // As keys of the registry: their addresses.
  std::array<char, mark_count> mark_keys{};
  char null_key = 0, number_key = 0, binary_key = 0, item_key = 0, actions_key = 0;
  char environment_key = 0, modules_key = 0;
  bool frozen = false;  // globals cannot be assigned to any more
};

inline Context& context_of(lua_State* lua) { return **static_cast<Context**>(lua_getextraspace(lua)); }

// Each userdata of a state begins with its kind; a state has no others.
enum class Kind : std::uint8_t { null, number, binary, item, actions };

struct NullBox {
  Kind kind = Kind::null;
};
struct NumberBox {
  Kind kind = Kind::number;
  Number number = {};
};
struct BinaryBox {  // the bytes stand behind it
  Kind kind = Kind::binary;
  std::size_t size = 0;
};
struct CallBox {  // of an item, and of its actions
  Kind kind = Kind::item;
  std::uint64_t call = 0;
};

// The userdata at `index`, null when there is none of this kind.
template <typename Box>
Box* box_at(lua_State* lua, int index, Kind kind) {
  void* const box = lua_type(lua, index) == LUA_TUSERDATA ? lua_touserdata(lua, index) : nullptr;
  return box != nullptr && *static_cast<Kind*>(box) == kind ? static_cast<Box*>(box) : nullptr;
}

// A new userdata with the metatable that is kept under `key`; on top of the stack.
template <typename Box>
Box* push_box(lua_State* lua, const char& key, std::size_t more_bytes = 0) {
  auto* const box = new (lua_newuserdatauv(lua, sizeof(Box) + more_bytes, 0)) Box{};
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &key);
  lua_setmetatable(lua, -2);
  return box;
}

// Sets field `name` of the table on top to a function that is guarded.
template <lua_CFunction function>
void set_function(lua_State* lua, const char* name) {
  lua_pushcfunction(lua, guarded<function>);
  lua_setfield(lua, -2, name);
}

// Makes a metatable with this name, which scripts can neither read nor change, keeps it under `key`, and leaves it on
// the stack.
inline void push_new_metatable(lua_State* lua, const char& key, const char* name) {
  lua_createtable(lua, 0, 8);
  lua_pushstring(lua, name);
  lua_setfield(lua, -2, "__name");
  lua_pushstring(lua, name);
  lua_setfield(lua, -2, "__metatable");
  lua_pushvalue(lua, -1);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &key);
}

// The name of what is at `index`, for messages: "string", "drift.number".
std::string kind_name(lua_State* lua, int index);

}  // namespace drift::script
