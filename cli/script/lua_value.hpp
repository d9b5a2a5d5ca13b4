// Every value of DynamoDB's, to Lua and back, unchanged:
//
//   string            string                      list               table marked as drift.list
//   number            integer, or drift.number    map                table marked as drift.map
//   boolean           boolean                     string set, ...    table marked as drift.string_set, ...
//   null              drift.null                  binary             drift.binary
//
// Towards DynamoDB a table without a mark is a list (keys 1 to n) or a map (keys are strings); an empty one could be
// either and is refused, and so is more than 1 MB at once. What Lua gets is a copy.
#pragma once

#include "cli/script/lua_api.hpp"

#include <drift/value.hpp>

#include <string>

namespace drift::script {

void push_value(lua_State* lua, const Value& value);
void push_attributes(lua_State* lua, const Attributes& attributes);

// What is at `index`; `place` names it in messages ("values.d"). Each throws std::runtime_error for what DynamoDB does
// not know.
Value value_at(lua_State* lua, int index, std::string place);
// Of a table, or an item, whose names are attributes: an empty one is no question here.
Attributes attributes_at(lua_State* lua, int index, std::string place);

}  // namespace drift::script
