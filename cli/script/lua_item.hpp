// The item that a callback is called for, as a userdata: its attributes are its fields, found when they are asked for
// and noted as looked at (drift::Item). It is of use until the callback returns.
#pragma once

#include "cli/script/lua_api.hpp"

#include <drift/item.hpp>

namespace drift::script {

// The item of the callback under way.
void push_item(lua_State* lua);

bool is_item(lua_State* lua, int index);
// Throws std::runtime_error when it is none, or one of a callback that has returned.
const Item& item_at(lua_State* lua, int index);

// Makes the metatable, and adds attributes, key and size_bytes to the table on top.
void open_items(lua_State* lua);

}  // namespace drift::script
