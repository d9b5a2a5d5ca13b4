// actions:rename("old", "new"), actions:default("name", value), actions:convert("name", "N"),
// actions:copy_to("Table", transform), actions:drop("name", ...).
#include "cli/script/lua_helpers.hpp"

#include "base/text.hpp"
#include "cli/script/convert.hpp"
#include "cli/script/lua_actions.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_options.hpp"
#include "cli/script/lua_value.hpp"

#include <string>
#include <utility>

namespace drift::script {

namespace {

std::string quoted(const std::string& name) { return '"' + base::one_line(name, 255) + '"'; }

std::string name_argument(lua_State* lua, int index) {
  std::string name = text_argument(lua, index, "an attribute's name");
  if (name.empty()) fault("an attribute's name is not empty");
  return name;
}

int answer(lua_State* lua, bool queued) {
  lua_pushboolean(lua, queued ? 1 : 0);
  return 1;
}

int rename(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  const Item& item = *context_of(lua).item;
  const std::string from = name_argument(lua, 2);
  const std::string to = name_argument(lua, 3);
  const bool is_taken = item.contains(to);
  if (!item.contains(from)) return answer(lua, false);
  if (is_taken) fault("rename: the item has " + quoted(from) + " and " + quoted(to));
  actions.update({.expression = "SET #new = #old REMOVE #old", .names = {{"#old", from}, {"#new", to}}});
  return answer(lua, true);
}

int set_default(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  const std::string name = name_argument(lua, 2);
  if (context_of(lua).item->contains(name)) return answer(lua, false);
  actions.update({.expression = "SET #name = if_not_exists(#name, :value)",
                  .values = {{":value", value_at(lua, 3, "the default")}},
                  .names = {{"#name", name}}});
  return answer(lua, true);
}

int convert(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  const std::string name = name_argument(lua, 2);
  const std::string tag = text_argument(lua, 3, "the type");
  const auto type = type_of_tag(tag);
  if (!type) fault("convert: S, N, B, BOOL, L, SS, NS or BS, not " + quoted(tag));
  const auto value = context_of(lua).item->find(name);
  if (!value || value->type() == *type) return answer(lua, false);
  try {
    actions.update({.expression = "SET #name = :value",
                    .values = {{":value", converted(*value, *type)}},
                    .names = {{"#name", name}}});
  } catch (const ConversionError& error) {
    fault("convert: " + quoted(name) + ' ' + error.what());
  }
  return answer(lua, true);
}

// The item, as `transform` (the argument at `index`) changes it: in place, or by what it returns; false is no item.
bool transform(lua_State* lua, int index, Attributes& item) {
  if (lua_isnoneornil(lua, index)) return true;
  if (!lua_isfunction(lua, index)) fault("copy_to: a function, not a " + kind_name(lua, index));
  push_attributes(lua, item);
  lua_pushvalue(lua, index);
  lua_pushvalue(lua, -2);
  lua_call(lua, 1, 1);
  if (lua_isboolean(lua, -1) && lua_toboolean(lua, -1) == 0) return false;
  item = attributes_at(lua, lua_isnil(lua, -1) ? -2 : -1, "the copy");
  return true;
}

int copy_to(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  if (lua_isnoneornil(lua, 2)) fault("copy_to: to which table?");
  const std::string table = table_at(lua, 2);
  Attributes item = context_of(lua).item->attributes();
  if (!transform(lua, 3, item)) return answer(lua, false);
  actions.put(item, table);
  return answer(lua, true);
}

int drop(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  const int count = lua_gettop(lua);
  Update update;
  for (int i = 2; i <= count; ++i) {
    std::string name = name_argument(lua, i);
    if (!context_of(lua).item->contains(name)) continue;
    const std::string placeholder = "#n" + std::to_string(i - 1);
    update.expression += (update.expression.empty() ? "REMOVE " : ", ") + placeholder;
    update.names.emplace(placeholder, std::move(name));
  }
  if (update.names.empty()) return answer(lua, false);
  actions.update(update);
  return answer(lua, true);
}

}  // namespace

void add_helpers(lua_State* lua) {
  set_function<rename>(lua, "rename");
  set_function<set_default>(lua, "default");
  set_function<convert>(lua, "convert");
  set_function<copy_to>(lua, "copy_to");
  set_function<drop>(lua, "drop");
}

}  // namespace drift::script
