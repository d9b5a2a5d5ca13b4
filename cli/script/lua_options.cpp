// Fields of options are looked at without metamethods: an options table is plain.
#include "cli/script/lua_options.hpp"

#include "base/text.hpp"
#include "base/utf8.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_value.hpp"

#include <algorithm>
#include <utility>

namespace drift::script {

namespace {

// The field on top of the stack; nil where there are no options.
void push_option(lua_State* lua, int index, const char* name) {
  if (!lua_istable(lua, index)) return lua_pushnil(lua);
  index = lua_absindex(lua, index);
  lua_pushstring(lua, name);
  lua_rawget(lua, index);
}

// ":d" as well as "d".
template <typename Map>
Map with_mark(Map members, char mark) {
  Map result;
  for (auto& [name, member] : members) result.emplace(name.front() == mark ? name : mark + name, std::move(member));
  return result;
}

}  // namespace

void check_options(lua_State* lua, int index, std::initializer_list<std::string_view> known) {
  if (lua_isnoneornil(lua, index)) return;
  if (!lua_istable(lua, index)) fault("options are a table, not a " + kind_name(lua, index));
  for (lua_pushnil(lua); lua_next(lua, index) != 0; lua_pop(lua, 1)) {
    const std::string name =
        lua_type(lua, -2) == LUA_TSTRING ? base::one_line(text_at(lua, -2), 100) : "a " + kind_name(lua, -2);
    if (lua_type(lua, -2) == LUA_TSTRING && std::ranges::find(known, text_at(lua, -2)) != known.end()) continue;
    std::string message = "the option " + name + " is not known; there are: ";
    for (const std::string_view option : known) message.append(option == *known.begin() ? "" : ", ").append(option);
    fault(message);
  }
}

std::string text_option(lua_State* lua, int index, const char* name) {
  push_option(lua, index, name);
  std::string text;
  if (!lua_isnil(lua, -1)) text = text_argument(lua, -1, name);
  lua_pop(lua, 1);
  return text;
}

bool bool_option(lua_State* lua, int index, const char* name, bool otherwise) {
  push_option(lua, index, name);
  if (!lua_isnil(lua, -1) && !lua_isboolean(lua, -1))
    fault(std::string(name) + ": true or false, not a " + kind_name(lua, -1));
  const bool result = lua_isnil(lua, -1) ? otherwise : lua_toboolean(lua, -1) != 0;
  lua_pop(lua, 1);
  return result;
}

std::optional<Guard> guard_option(lua_State* lua, int index) {
  const std::string name = text_option(lua, index, "guard");
  if (name.empty()) return std::nullopt;
  if (name == "unchanged") return Guard::unchanged;
  if (name == "exists") return Guard::exists;
  if (name == "none") return Guard::none;
  fault("guard: \"unchanged\", \"exists\" or \"none\", not \"" + base::one_line(name, 100) + '"');
}

Names names_option(lua_State* lua, int index) {
  push_option(lua, index, "names");
  Names names;
  if (!lua_isnil(lua, -1)) {
    if (!lua_istable(lua, -1)) fault("names: a table, not a " + kind_name(lua, -1));
    for (lua_pushnil(lua); lua_next(lua, -2) != 0; lua_pop(lua, 1)) {
      if (lua_type(lua, -2) != LUA_TSTRING || text_at(lua, -2).empty()) fault("names: { n = \"name\" } stands for #n");
      names.emplace(text_at(lua, -2), text_argument(lua, -1, "names"));
    }
  }
  lua_pop(lua, 1);
  return with_mark(std::move(names), '#');
}

Attributes attributes_option(lua_State* lua, int index, const char* name) {
  push_option(lua, index, name);
  Attributes attributes;
  if (!lua_isnil(lua, -1)) attributes = attributes_at(lua, -1, name);
  lua_pop(lua, 1);
  return attributes;
}

Attributes values_option(lua_State* lua, int index) { return with_mark(attributes_option(lua, index, "values"), ':'); }

Expression filter_option(lua_State* lua, int index) {
  push_option(lua, index, "filter");
  Expression filter;
  if (lua_istable(lua, -1)) {
    const int options = lua_gettop(lua);
    for (lua_pushnil(lua); lua_next(lua, options) != 0; lua_pop(lua, 1)) {
      const bool is_text = lua_isinteger(lua, -2) && lua_tointeger(lua, -2) == 1;
      const std::string_view name = lua_type(lua, -2) == LUA_TSTRING ? text_at(lua, -2) : std::string_view();
      if (!is_text && name != "values" && name != "names")
        fault("filter: { \"d > :d\", values = { d = 1 }, names = {} }");
    }
    lua_rawgeti(lua, options, 1);
    filter.text = text_argument(lua, -1, "filter");
    lua_pop(lua, 1);
    filter.values = values_option(lua, options);
    filter.names = names_option(lua, options);
  } else if (!lua_isnil(lua, -1)) {
    filter.text = text_argument(lua, -1, "filter");
  }
  lua_pop(lua, 1);
  return filter;
}

Attributes values_at(lua_State* lua, int index) {
  if (lua_isnoneornil(lua, index)) return {};
  return with_mark(attributes_at(lua, index, "values"), ':');
}

std::string text_argument(lua_State* lua, int index, const char* what) {
  if (lua_type(lua, index) != LUA_TSTRING) fault(std::string(what) + ": a string, not a " + kind_name(lua, index));
  const std::string_view text = text_at(lua, index);
  if (!base::is_utf8(text)) fault(std::string(what) + ": a string that is not UTF-8");
  return std::string(text);
}

std::string table_at(lua_State* lua, int index) {
  if (lua_isnoneornil(lua, index)) return {};
  return prefixed(lua, text_argument(lua, index, "table"));
}

// An ARN names one table of one account, and is left as it is.
std::string prefixed(lua_State* lua, std::string table) {
  if (table.empty() || table.starts_with("arn:")) return table;
  return context_of(lua).options->table_prefix + table;
}

}  // namespace drift::script
