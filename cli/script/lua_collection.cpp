// drift.list{...} and its like, drift.null, and what a value is in DynamoDB: drift.type, drift.equal.
#include "cli/script/lua_collection.hpp"

#include "cli/script/lua_item.hpp"
#include "cli/script/lua_meter.hpp"
#include "cli/script/lua_number.hpp"
#include "cli/script/lua_value.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <string>

namespace drift::script {

namespace {

constexpr std::array<const char*, mark_count> names = {"drift.list", "drift.map", "drift.string_set",
                                                       "drift.number_set", "drift.binary_set"};

const char& key_of(lua_State* lua, Mark mark) { return context_of(lua).mark_keys[static_cast<std::size_t>(mark)]; }

// A table of its own, so that marking one does not change what another part of the script holds.
template <Mark mark>
int make(lua_State* lua) {
  lua_settop(lua, 1);
  if (!lua_isnil(lua, 1) && (lua_type(lua, 1) != LUA_TTABLE || is_item(lua, 1)))
    fault(std::string(names[static_cast<std::size_t>(mark)]) + " takes a table, not a " + kind_name(lua, 1));
  lua_createtable(lua, 0, 0);
  if (lua_istable(lua, 1)) {
    for (lua_pushnil(lua); lua_next(lua, 1) != 0;) {
      lua_pushvalue(lua, -2);
      lua_insert(lua, -2);
      lua_rawset(lua, 2);
    }
  }
  set_mark(lua, mark);
  (void)value_at(lua, 2, names[static_cast<std::size_t>(mark)]);
  return 1;
}

// A set grows from nothing, so an empty one can be made; it cannot be stored.
template <Mark mark>
int make_set(lua_State* lua) {
  lua_settop(lua, 1);
  if (lua_isnil(lua, 1) ||
      (lua_istable(lua, 1) && lua_rawlen(lua, 1) == 0 && (lua_pushnil(lua), lua_next(lua, 1) == 0))) {
    lua_createtable(lua, 0, 0);
    set_mark(lua, mark);
    return 1;
  }
  lua_settop(lua, 1);
  return make<mark>(lua);
}

// Where `member` (at 2) is in the set (at 1): 0 when it is not. Numbers are compared by value: Lua's == finds a
// drift.number equal to no float.
lua_Integer find_member(lua_State* lua) {
  const auto mark = lua_istable(lua, 1) ? mark_at(lua, 1) : std::nullopt;
  if (!mark || *mark == Mark::list || *mark == Mark::map) fault("a set belongs here, not a " + kind_name(lua, 1));
  const auto size = static_cast<lua_Integer>(lua_rawlen(lua, 1));
  meter_of(lua).charge(static_cast<std::uint64_t>(size));
  const auto number = number_at(lua, 2);
  for (lua_Integer i = 1; i <= size; ++i) {
    lua_rawgeti(lua, 1, i);
    const bool same = number ? number_at(lua, -1) == number : lua_compare(lua, -1, 2, LUA_OPEQ) != 0;
    lua_pop(lua, 1);
    if (same) return i;
  }
  return 0;
}

int contains(lua_State* lua) {
  lua_settop(lua, 2);
  lua_pushboolean(lua, find_member(lua) != 0);
  return 1;
}

int add(lua_State* lua) {
  lua_settop(lua, 2);
  const bool is_new = find_member(lua) == 0;
  if (is_new) lua_rawseti(lua, 1, static_cast<lua_Integer>(lua_rawlen(lua, 1)) + 1);
  lua_pushboolean(lua, is_new);
  return 1;
}

int discard(lua_State* lua) {
  lua_settop(lua, 2);
  const lua_Integer at = find_member(lua);
  const auto size = static_cast<lua_Integer>(lua_rawlen(lua, 1));
  if (at != 0) {
    lua_rawgeti(lua, 1, size);
    lua_rawseti(lua, 1, at);
    lua_pushnil(lua);
    lua_rawseti(lua, 1, size);
  }
  lua_pushboolean(lua, at != 0);
  return 1;
}

int null_text(lua_State* lua) {
  push_text(lua, "drift.null");
  return 1;
}

int type(lua_State* lua) {
  luaL_checkany(lua, 1);
  static constexpr std::array<const char*, 10> type_names = {
      "string", "number", "binary", "boolean", "null", "list", "map", "string_set", "number_set", "binary_set"};
  if (lua_isnil(lua, 1)) {
    lua_pushnil(lua);
  } else if (lua_type(lua, 1) == LUA_TNUMBER) {  // also of a float that cannot be stored
    lua_pushliteral(lua, "number");
  } else {
    lua_pushstring(lua, type_names[static_cast<std::size_t>(value_at(lua, 1, "drift.type").type())]);
  }
  return 1;
}

int equal(lua_State* lua) {
  luaL_checkany(lua, 2);
  const bool nothing = lua_isnil(lua, 1) || lua_isnil(lua, 2);
  lua_pushboolean(lua, nothing ? lua_isnil(lua, 1) && lua_isnil(lua, 2)
                               : value_at(lua, 1, "drift.equal") == value_at(lua, 2, "drift.equal"));
  return 1;
}

void open_marks(lua_State* lua) {
  Context& context = context_of(lua);
  for (std::size_t i = 0; i < mark_count; ++i) {
    push_new_metatable(lua, context.mark_keys[i], names[i]);
    context.marks[i] = lua_topointer(lua, -1);
    if (i >= static_cast<std::size_t>(Mark::string_set)) {
      lua_createtable(lua, 0, 3);
      set_function<contains>(lua, "contains");
      set_function<add>(lua, "add");
      set_function<discard>(lua, "remove");
      lua_setfield(lua, -2, "__index");
    }
    lua_pop(lua, 1);
  }
}

}  // namespace

void set_mark(lua_State* lua, Mark mark) {
  lua_rawgetp(lua, LUA_REGISTRYINDEX, &key_of(lua, mark));
  lua_setmetatable(lua, -2);
}

std::optional<Mark> mark_at(lua_State* lua, int index) {
  if (lua_getmetatable(lua, index) == 0) return std::nullopt;
  const void* const metatable = lua_topointer(lua, -1);
  lua_pop(lua, 1);
  const auto& marks = context_of(lua).marks;
  const auto* const found = std::find(marks.begin(), marks.end(), metatable);
  return found == marks.end() ? std::nullopt : std::optional(static_cast<Mark>(found - marks.begin()));
}

void open_collections(lua_State* lua) {
  open_marks(lua);
  push_new_metatable(lua, context_of(lua).null_key, "drift.null");
  set_function<null_text>(lua, "__tostring");
  new (lua_newuserdatauv(lua, sizeof(NullBox), 0)) NullBox{};
  lua_insert(lua, -2);
  lua_setmetatable(lua, -2);
  lua_pushvalue(lua, -1);
  lua_rawsetp(lua, LUA_REGISTRYINDEX, &context_of(lua).null_key);  // in place of its metatable
  lua_setfield(lua, -2, "null");

  set_function<make<Mark::list>>(lua, "list");
  set_function<make<Mark::map>>(lua, "map");
  set_function<make_set<Mark::string_set>>(lua, "string_set");
  set_function<make_set<Mark::number_set>>(lua, "number_set");
  set_function<make_set<Mark::binary_set>>(lua, "binary_set");
  set_function<type>(lua, "type");
  set_function<equal>(lua, "equal");
}

}  // namespace drift::script
