// The usual migrations of one attribute, as methods of actions: rename, default, convert, copy_to, drop. Each queues a
// plain update or put, or nothing where there is nothing to do, and returns whether it did. Names may be reserved words
// and have dots: they go through placeholders.
#pragma once

#include "cli/script/lua_api.hpp"

namespace drift::script {

// To the table of methods on top.
void add_helpers(lua_State* lua);

}  // namespace drift::script
