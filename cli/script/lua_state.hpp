// LuaState: one state of Lua with one script in it, loaded and ready to be called. For one thread at a time.
#pragma once

#include "cli/script/lua_context.hpp"
#include "cli/script/lua_meter.hpp"
#include "cli/script/script_files.hpp"

#include <drift/actions.hpp>
#include <drift/item.hpp>

#include <memory>
#include <string>
#include <vector>

namespace drift::script {

// What the script's table says.
struct ScriptTable {
  std::string table = {};  // without a prefix
  std::string description = {};
  bool has_down = false;
  bool has_verify = false;
  std::vector<std::string> reads = {};
  Expression filter = {};
  std::string index = {};
};

class LuaState {
 public:
  // Runs the script's text once. `files` and `options` outlive the state. Throws Error (code "ScriptError").
  LuaState(ScriptFiles& files, const ScriptOptions& options);
  LuaState(const LuaState&) = delete;
  LuaState& operator=(const LuaState&) = delete;
  ~LuaState();

  [[nodiscard]] const ScriptTable& table() const noexcept { return table_; }

  enum class Function : std::uint8_t { up, down };
  // Throws Error (code "ScriptError", naming file and line; or "Cancelled" after a stop).
  void call(Function function, const Item& item, Actions& actions);
  // The same of `verify`, whose requests go to `client`; what it returned.
  bool verify(const Item& item, Client& client);
  // False after a limit was exceeded, or a stop: then the state is not to be used again.
  [[nodiscard]] bool is_usable() const noexcept { return !meter_.exceeded() && !meter_.memory_refused(); }

 private:
  struct Close {
    void operator()(lua_State* lua) const noexcept { lua_close(lua); }
  };

  static int load(lua_State* lua);  // with this as a light userdata: all of it in one protected call
  static int explain(lua_State* lua);
  void read_table();
  enum class Needed : std::uint8_t { yes, no };
  void read_function(const char* name, int& reference, const char* form, Needed needed = Needed::no);
  // Calls what the script has under `reference`, through `with_arguments`.
  void call_back(int reference, lua_CFunction with_arguments);
  // Calls the function below its `count` arguments on the stack.
  void protected_call(int count);
  [[noreturn]] void fail(int status);

  ScriptFiles& files_;
  Context context_;
  LuaMeter meter_;
  std::unique_ptr<lua_State, Close> lua_;
  ScriptTable table_;
  int up_ = LUA_NOREF;
  int down_ = LUA_NOREF;
  int verify_ = LUA_NOREF;
};

}  // namespace drift::script
