// What a script says around an action: tables' names, placeholders and the fields of an options table. Each function
// throws std::runtime_error for what it cannot read.
#pragma once

#include "cli/script/lua_api.hpp"

#include <drift/actions.hpp>

#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace drift::script {

// That there is nothing or a table at `index`, and no field in it but these.
void check_options(lua_State* lua, int index, std::initializer_list<std::string_view> known);

// A field of the options at `index`; empty where there is none.
std::string text_option(lua_State* lua, int index, const char* name);
bool bool_option(lua_State* lua, int index, const char* name, bool otherwise);
std::optional<Guard> guard_option(lua_State* lua, int index);
Names names_option(lua_State* lua, int index);  // names = { n = "name" } is {"#n", "name"}
Attributes attributes_option(lua_State* lua, int index, const char* name);
Attributes values_option(lua_State* lua, int index);

// filter = "attribute_exists(d)", or { "d > :d", values = { d = 1 }, names = { ... } }.
Expression filter_option(lua_State* lua, int index);

// The values of an expression: { d = 1 } is {":d", 1}.
Attributes values_at(lua_State* lua, int index);

std::string text_argument(lua_State* lua, int index, const char* what);
// A table's name at `index`, with the prefix that all names get; empty where there is none.
std::string table_at(lua_State* lua, int index);
std::string prefixed(lua_State* lua, std::string table);

}  // namespace drift::script
