// drift.get, drift.put, drift.update, drift.delete: requests of the callback's own, executed at once and not queued,
// through the client of its actions.
#pragma once

#include "cli/script/lua_api.hpp"

namespace drift::script {

// Adds them to the table on top.
void open_client(lua_State* lua);

}  // namespace drift::script
