// What a callback queues, as the methods of a userdata: update, insert, put, remove, and the usual migrations of one
// attribute (lua_helpers.hpp), all of them through drift::Actions. It is of use until the callback returns.
#pragma once

#include "cli/script/lua_api.hpp"

#include <drift/actions.hpp>

namespace drift::script {

// The actions of the callback under way.
void push_actions(lua_State* lua);

// The actions behind the userdata at `index`. Throws std::runtime_error when it is none, or one of a callback that has
// returned.
Actions& actions_at(lua_State* lua, int index);

// Makes the metatable.
void open_actions(lua_State* lua);

}  // namespace drift::script
