// Lists, maps and sets: tables of Lua with a mark (a metatable) that says which they are, so that an empty list and an
// empty map differ, and a set is no list. Their members are changed as those of any table.
#pragma once

#include "cli/script/lua_context.hpp"

#include <optional>

namespace drift::script {

// Marks the table on top of the stack.
void set_mark(lua_State* lua, Mark mark);
// The mark of the table at `index`; empty when it has none.
std::optional<Mark> mark_at(lua_State* lua, int index);

// Makes the metatables, and adds list, map, string_set, number_set, binary_set, null, type and equal to the table on
// top.
void open_collections(lua_State* lua);

}  // namespace drift::script
