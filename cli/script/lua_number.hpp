// Numbers between DynamoDB and Lua: an integer of 64 bits is a Lua integer, every other number a userdata
// `drift.number` with exact arithmetic; a float of Lua's stands for a decimal of at most 15 digits.
#pragma once

#include "cli/script/lua_api.hpp"

#include <drift/number.hpp>

#include <optional>

namespace drift::script {

// An integer where it is one, so that == compares it with other integers.
void push_number(lua_State* lua, const Number& number);

// The number at `index`; an empty optional when it is something else. Throws std::runtime_error for a float that
// stands for none (exact).
std::optional<Number> number_at(lua_State* lua, int index);

// Makes the metatable, and adds number, add, sub, mul, div, idiv, mod, round and float to the table on top.
void open_numbers(lua_State* lua);

}  // namespace drift::script
