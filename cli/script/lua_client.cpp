// What is read and written at once: each function is one call of drift::Client.
#include "cli/script/lua_client.hpp"

#include "cli/script/lua_context.hpp"
#include "cli/script/lua_options.hpp"
#include "cli/script/lua_value.hpp"

#include <drift/client.hpp>

#include <string>

namespace drift::script {

namespace {

Client& client_of(lua_State* lua) {
  const Context& context = context_of(lua);
  if (context.client == nullptr) fault("requests can be made within up, down and verify only");
  return *context.client;
}

std::string table_argument(lua_State* lua) {
  if (lua_isnoneornil(lua, 1)) fault("of which table? Its name is the first argument");
  return table_at(lua, 1);
}

int get(lua_State* lua) {
  check_options(lua, 3, {"consistent", "projection", "names"});
  const auto item = client_of(lua).get_item(table_argument(lua), attributes_at(lua, 2, "key"),
                                            {.consistent = bool_option(lua, 3, "consistent", true),
                                             .projection = text_option(lua, 3, "projection"),
                                             .names = names_option(lua, 3)});
  if (item)
    push_attributes(lua, *item);
  else
    lua_pushnil(lua);
  return 1;
}

WriteOptions write_options(lua_State* lua, int index) {
  check_options(lua, index, {"condition", "values", "names"});
  return {.condition = {.text = text_option(lua, index, "condition"),
                        .values = values_option(lua, index),
                        .names = names_option(lua, index)}};
}

int put(lua_State* lua) {
  client_of(lua).put_item(table_argument(lua), attributes_at(lua, 2, "item"), write_options(lua, 3));
  return 0;
}

int update(lua_State* lua) {
  check_options(lua, 5, {"condition", "names"});
  client_of(lua).update_item(table_argument(lua), attributes_at(lua, 2, "key"),
                             {.text = text_argument(lua, 3, "the update expression"),
                              .values = values_at(lua, 4),
                              .names = names_option(lua, 5)},
                             {.condition = {.text = text_option(lua, 5, "condition")}});
  return 0;
}

int remove(lua_State* lua) {
  client_of(lua).delete_item(table_argument(lua), attributes_at(lua, 2, "key"), write_options(lua, 3));
  return 0;
}

}  // namespace

void open_client(lua_State* lua) {
  set_function<get>(lua, "get");
  set_function<put>(lua, "put");
  set_function<update>(lua, "update");
  set_function<remove>(lua, "delete");
}

}  // namespace drift::script
