// Binary values: a userdata `drift.binary` that holds its bytes, so that text and bytes are never taken for each other.
#pragma once

#include "cli/script/lua_api.hpp"

#include <cstdint>
#include <optional>
#include <span>

namespace drift::script {

void push_binary(lua_State* lua, std::span<const std::uint8_t> bytes);

// The bytes of the drift.binary at `index`, which live as long as it does; an empty optional when it is something else.
std::optional<std::span<const std::uint8_t>> binary_at(lua_State* lua, int index);

// Makes the metatable, and adds binary and from_base64 to the table on top.
void open_binaries(lua_State* lua);

}  // namespace drift::script
