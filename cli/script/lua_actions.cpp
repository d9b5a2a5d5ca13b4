// actions:update(expression, values, options) and its like: arguments of Lua as those of drift::Actions.
#include "cli/script/lua_actions.hpp"

#include "cli/script/lua_context.hpp"
#include "cli/script/lua_helpers.hpp"
#include "cli/script/lua_options.hpp"
#include "cli/script/lua_value.hpp"

#include <utility>

namespace drift::script {

namespace {

int update(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  check_options(lua, 4, {"condition", "guard", "key", "table", "names"});
  actions.update({.key = attributes_option(lua, 4, "key"),
                  .expression = text_argument(lua, 2, "the update expression"),
                  .values = values_at(lua, 3),
                  .names = names_option(lua, 4),
                  .condition = text_option(lua, 4, "condition"),
                  .table = prefixed(lua, text_option(lua, 4, "table")),
                  .guard = guard_option(lua, 4)});
  return 0;
}

ActionOptions action_options(lua_State* lua, int index) {
  check_options(lua, index, {"condition", "values", "names", "guard"});
  return {.condition = text_option(lua, index, "condition"),
          .values = values_option(lua, index),
          .names = names_option(lua, index),
          .guard = guard_option(lua, index)};
}

int insert(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  actions.insert(attributes_at(lua, 2, "item"), table_at(lua, 3), action_options(lua, 4));
  return 0;
}

int put(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  actions.put(attributes_at(lua, 2, "item"), table_at(lua, 3), action_options(lua, 4));
  return 0;
}

int remove(lua_State* lua) {
  Actions& actions = actions_at(lua, 1);
  const ActionOptions options = action_options(lua, 4);
  if (!lua_isnoneornil(lua, 2)) {
    actions.remove(attributes_at(lua, 2, "key"), table_at(lua, 3), options);
  } else if (!lua_isnoneornil(lua, 3)) {
    fault("to remove from another table takes the item's key");
  } else if (lua_isnoneornil(lua, 4)) {
    actions.remove();
  } else {
    actions.remove(context_of(lua).item->key(), {}, options);
  }
  return 0;
}

int text(lua_State* lua) {
  push_text(lua, "actions");
  return 1;
}

}  // namespace

void push_actions(lua_State* lua) {
  Context& context = context_of(lua);
  auto* const box = push_box<CallBox>(lua, context.actions_key);
  box->kind = Kind::actions;
  box->call = context.call;
}

Actions& actions_at(lua_State* lua, int index) {
  const Context& context = context_of(lua);
  const auto* const box = box_at<CallBox>(lua, index, Kind::actions);
  if (box == nullptr)
    fault("this is called with a colon, actions:update(...); before it stands a " + kind_name(lua, index));
  if (context.actions == nullptr || box->call != context.call)
    fault("these actions are of a callback that has returned");
  return *context.actions;
}

void open_actions(lua_State* lua) {
  push_new_metatable(lua, context_of(lua).actions_key, "drift.actions");
  set_function<text>(lua, "__tostring");
  lua_createtable(lua, 0, 16);
  set_function<update>(lua, "update");
  set_function<insert>(lua, "insert");
  set_function<put>(lua, "put");
  set_function<remove>(lua, "remove");
  add_helpers(lua);
  lua_setfield(lua, -2, "__index");
  lua_pop(lua, 1);
}

}  // namespace drift::script
