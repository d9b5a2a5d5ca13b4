// item.name, pairs(item), drift.attributes(item), drift.key(item).
#include "cli/script/lua_item.hpp"

#include "base/text.hpp"
#include "cli/script/lua_context.hpp"
#include "cli/script/lua_value.hpp"

#include <drift/json.hpp>

#include <string>

namespace drift::script {

namespace {

int index(lua_State* lua) {
  const Item& item = item_at(lua, 1);
  if (lua_type(lua, 2) != LUA_TSTRING) fault("an item's attributes have names, but this is a " + kind_name(lua, 2));
  if (const auto value = item.find(text_at(lua, 2)))
    push_value(lua, *value);
  else
    lua_pushnil(lua);
  return 1;
}

int assign(lua_State* lua) {
  const std::string name = lua_type(lua, 2) == LUA_TSTRING ? base::one_line(text_at(lua, 2), 100) : "x";
  fault("an item is not changed by an assignment; queue an action: actions:update(\"SET " + name +
        " = :v\", { v = ... })");
}

int next_attribute(lua_State* lua) {
  lua_settop(lua, 2);
  return lua_next(lua, 1) != 0 ? 2 : 0;
}

int all_pairs(lua_State* lua) {
  const Attributes attributes = item_at(lua, 1).attributes();
  lua_pushcfunction(lua, guarded<next_attribute>);
  push_attributes(lua, attributes);
  lua_pushnil(lua);
  return 3;
}

int no_length(lua_State*) { fault("an item has no length; pairs(item) goes through its attributes"); }

int text(lua_State* lua) {
  push_text(lua, "the item " + to_json(item_at(lua, 1).key()));
  return 1;
}

int attributes(lua_State* lua) {
  push_attributes(lua, item_at(lua, 1).attributes());
  return 1;
}

int key(lua_State* lua) {
  push_attributes(lua, item_at(lua, 1).key());
  return 1;
}

int size_in_bytes(lua_State* lua) {
  const std::size_t bytes =
      is_item(lua, 1) ? item_at(lua, 1).size_bytes() : drift::size_bytes(attributes_at(lua, 1, "drift.size_bytes"));
  lua_pushinteger(lua, static_cast<lua_Integer>(bytes));
  return 1;
}

}  // namespace

void push_item(lua_State* lua) {
  Context& context = context_of(lua);
  auto* const box = push_box<CallBox>(lua, context.item_key);
  box->kind = Kind::item;
  box->call = context.call;
}

bool is_item(lua_State* lua, int index) { return box_at<CallBox>(lua, index, Kind::item) != nullptr; }

const Item& item_at(lua_State* lua, int index) {
  const Context& context = context_of(lua);
  const auto* const box = box_at<CallBox>(lua, index, Kind::item);
  if (box == nullptr) fault("an item belongs here, not a " + kind_name(lua, index));
  if (context.item == nullptr || box->call != context.call)
    fault("this item is of a callback that has returned; keep drift.attributes(item) instead");
  return *context.item;
}

void open_items(lua_State* lua) {
  set_function<attributes>(lua, "attributes");
  set_function<key>(lua, "key");
  set_function<size_in_bytes>(lua, "size_bytes");

  push_new_metatable(lua, context_of(lua).item_key, "drift.item");
  set_function<index>(lua, "__index");
  set_function<assign>(lua, "__newindex");
  set_function<all_pairs>(lua, "__pairs");
  set_function<no_length>(lua, "__len");
  set_function<text>(lua, "__tostring");
  lua_pop(lua, 1);
}

}  // namespace drift::script
