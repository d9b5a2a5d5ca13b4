// LuaState: see the header. Everything that can raise a Lua error runs within lua_pcall; what comes out of that is one
// Error with a file and a line.
#include "cli/script/lua_state.hpp"

#include "base/text.hpp"
#include "cli/script/lua_actions.hpp"
#include "cli/script/lua_item.hpp"
#include "cli/script/lua_options.hpp"
#include "cli/script/lua_sandbox.hpp"

#include <drift/error.hpp>

#include <algorithm>
#include <array>
#include <string_view>

namespace drift::script {

namespace {

constexpr std::size_t message_bytes_max = 2'000;

Error script_error(std::string_view message) {
  return Error({.code = "ScriptError", .message = base::one_line(message, message_bytes_max)});
}

// "file.lua:3: ..."
bool has_place(std::string_view message) {
  const auto at = message.find(".lua:");
  return at != std::string_view::npos && message.find_first_of(" \n") > at && at + 5 < message.size() &&
         message[at + 5] >= '0' && message[at + 5] <= '9';
}

int verify_item(lua_State* lua) {
  push_item(lua);
  lua_call(lua, 1, 1);
  if (!lua_isboolean(lua, -1)) fault("verify returns true or false, not " + kind_name(lua, -1));
  context_of(lua).answer = lua_toboolean(lua, -1) != 0;
  return 0;
}

}  // namespace

LuaState::LuaState(ScriptFiles& files, const ScriptOptions& options)
    : files_(files), meter_(options.limits, options.stop), lua_(lua_newstate(LuaMeter::allocate, &meter_)) {
  if (!lua_) throw script_error(files.name() + ": " + meter_.memory_message());
  context_.options = &options;
  context_.files = &files;
  *static_cast<Context**>(lua_getextraspace(lua_.get())) = &context_;
  meter_.watch(lua_.get());
  lua_pushcfunction(lua_.get(), guarded<load>);
  lua_pushlightuserdata(lua_.get(), this);
  protected_call(1);
  context_.frozen = true;
}

LuaState::~LuaState() = default;

int LuaState::load(lua_State* lua) {
  auto& self = *static_cast<LuaState*>(lua_touserdata(lua, 1));
  lua_settop(lua, 0);
  open_sandbox(lua);
  push_chunk(lua, self.files_.text(), self.files_.name());
  lua_call(lua, 0, 1);
  if (!lua_istable(lua, 1)) {
    fault(self.files_.name() + ": a migration returns a table, return { table = ..., up = ... }, not " +
          kind_name(lua, 1));
  }
  self.read_table();
  return 0;
}

// Of the table at 1, whose fields are read as they are, without metamethods.
void LuaState::read_table() {
  lua_State* const lua = lua_.get();
  static constexpr std::array<std::string_view, 8> known = {"table", "description", "up",    "down",
                                                            "reads", "filter",      "index", "verify"};
  for (lua_pushnil(lua); lua_next(lua, 1) != 0; lua_pop(lua, 1)) {
    const std::string name = lua_type(lua, -2) == LUA_TSTRING ? std::string(text_at(lua, -2)) : kind_name(lua, -2);
    if (std::ranges::find(known, name) == known.end()) {
      fault(files_.name() + ": the field " + base::one_line(name, 100) +
            " of the migration is not known; there are: table, description, up, down, reads, filter, index, verify");
    }
  }
  const std::string at = files_.name() + ": ";
  try {
    table_.table = text_option(lua, 1, "table");
    table_.description = text_option(lua, 1, "description");
    lua_pushliteral(lua, "reads");
    if (lua_rawget(lua, 1) != LUA_TNIL) {
      if (!lua_istable(lua, -1)) fault("reads: a list of names, not a " + kind_name(lua, -1));
      for (lua_Integer i = 1; lua_rawgeti(lua, 2, i) != LUA_TNIL; ++i, lua_pop(lua, 1))
        table_.reads.push_back(text_argument(lua, -1, "reads"));
      if (table_.reads.empty()) fault("reads: names at least one attribute");
    }
    lua_settop(lua, 1);
    table_.filter = filter_option(lua, 1);
    table_.index = text_option(lua, 1, "index");
    if (table_.table.empty()) fault("the migration names no table: table = \"...\"");
    read_function("up", up_, "a function(item, actions)", Needed::yes);
    read_function("down", down_, "a function(item, actions)");
    read_function("verify", verify_, "a function(item)");
  } catch (const std::exception& error) {
    fault(at + error.what());
  }
  table_.has_down = down_ != LUA_NOREF;
  table_.has_verify = verify_ != LUA_NOREF;
}

void LuaState::read_function(const char* name, int& reference, const char* form, Needed needed) {
  lua_State* const lua = lua_.get();
  lua_pushstring(lua, name);
  lua_rawget(lua, 1);
  if (lua_isfunction(lua, -1)) {
    reference = luaL_ref(lua, LUA_REGISTRYINDEX);
  } else if (needed == Needed::yes || !lua_isnil(lua, -1)) {
    fault(std::string(name) + ": " + form + ", not " + kind_name(lua, -1));
  }
}

void LuaState::call(Function function, const Item& item, Actions& actions) {
  context_.item = &item;
  context_.actions = &actions;
  context_.client = &actions.client();
  call_back(function == Function::up ? up_ : down_, [](lua_State* state) {
    push_item(state);
    push_actions(state);
    lua_call(state, 2, 0);
    return 0;
  });
}

bool LuaState::verify(const Item& item, Client& client) {
  context_.item = &item;
  context_.client = &client;
  call_back(verify_, guarded<verify_item>);
  return context_.answer;
}

void LuaState::call_back(int reference, lua_CFunction with_arguments) {
  ++context_.call;
  struct Forget {  // NOLINT(cppcoreguidelines-special-member-functions): a local of one function
    Context& context;
    ~Forget() {
      context.item = nullptr;
      context.actions = nullptr;
      context.client = nullptr;
    }
  } const forget{context_};
  lua_pushcfunction(lua_.get(), with_arguments);
  lua_rawgeti(lua_.get(), LUA_REGISTRYINDEX, reference);
  protected_call(1);
}

void LuaState::protected_call(int count) {
  lua_State* const lua = lua_.get();
  meter_.begin();
  lua_pushcfunction(lua, explain);
  lua_insert(lua, 1);
  const int status = lua_pcall(lua, count, 0, 1);
  if (status != LUA_OK) fail(status);
  lua_settop(lua, 0);
}

// Runs where the error was raised: it becomes a text that says where, whatever it was.
int LuaState::explain(lua_State* lua) {
  luaL_tolstring(lua, 1, nullptr);
  if (!has_place(text_at(lua, -1))) {
    lua_pushstring(lua, place_of(lua).data());
    lua_insert(lua, -2);
    lua_concat(lua, 2);
  }
  return 1;
}

void LuaState::fail(int status) {
  lua_State* const lua = lua_.get();
  std::string message = lua_type(lua, -1) == LUA_TSTRING ? std::string(text_at(lua, -1)) : "an error without a text";
  lua_settop(lua, 0);
  // Lua itself has nothing but "not enough memory" to say.
  if (status == LUA_ERRMEM || (meter_.memory_refused() && message.ends_with("not enough memory")))
    message = meter_.refused_at() + meter_.memory_message();
  if (meter_.stopped()) throw Error({.code = "Cancelled", .message = files_.name() + ": " + meter_.message()});
  if (meter_.exceeded() && message.find(meter_.message()) == std::string::npos) message = meter_.message();
  if (!has_place(message) && !message.starts_with(files_.name())) message = files_.name() + ": " + message;
  throw script_error(message);
}

}  // namespace drift::script
