// The callbacks of a script: each call borrows a state of Lua from a pool that grows to as many as there are threads
// that call at once.
#include "cli/script/lua_script.hpp"

#include "cli/script/lua_state.hpp"
#include "cli/script/script_files.hpp"

#include <drift/error.hpp>

#include <functional>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace drift::script {

namespace {

class LuaScript {
 public:
  LuaScript(const std::filesystem::path& file, ScriptOptions options) : options_(std::move(options)), files_(file) {
    auto state = std::make_unique<LuaState>(files_, options_);
    files_.close();
    table_ = state->table();
    idle_.push_back(std::move(state));
  }

  [[nodiscard]] const ScriptTable& table() const noexcept { return table_; }
  [[nodiscard]] std::string revision() const { return files_.revision(); }

  // Both for several threads at once.
  void call(LuaState::Function function, const Item& item, Actions& actions) {
    with_state([&](LuaState& state) { state.call(function, item, actions); });
  }
  bool verify(const Item& item) {
    Client& client = reader();
    bool holds = false;
    with_state([&](LuaState& state) { holds = state.verify(item, client); });
    return holds;
  }

 private:
  void with_state(const std::function<void(LuaState&)>& use) {
    auto state = take();
    try {
      use(*state);
    } catch (...) {
      give_back(std::move(state));
      throw;
    }
    give_back(std::move(state));
  }

  Client& reader() {
    const std::lock_guard lock(mutex_);
    if (reader_ == nullptr) reader_ = &options_.reader();
    return *reader_;
  }

  std::unique_ptr<LuaState> take() {
    {
      const std::lock_guard lock(mutex_);
      if (!idle_.empty()) {
        auto state = std::move(idle_.back());
        idle_.pop_back();
        return state;
      }
    }
    return std::make_unique<LuaState>(files_, options_);
  }

  void give_back(std::unique_ptr<LuaState> state) {
    if (!state->is_usable()) return;
    const std::lock_guard lock(mutex_);
    idle_.push_back(std::move(state));
  }

  const ScriptOptions options_;
  ScriptFiles files_;
  ScriptTable table_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<LuaState>> idle_;
  Client* reader_ = nullptr;  // null: not asked for yet
};

}  // namespace

Migration load_lua(const std::filesystem::path& file, const ScriptOptions& options) {
  std::shared_ptr<LuaScript> script;
  try {
    script = std::make_shared<LuaScript>(file, options);
  } catch (const Error& error) {
    Error::Details details = error.details();
    if (details.next_step.empty() && error.code() == "ScriptError")
      details.next_step = "Nothing was done. Mend the script.";
    throw Error(std::move(details));
  }
  const auto callback = [&script](LuaState::Function function) -> Callback {
    return [script, function](const Item& item, Actions& actions) { script->call(function, item, actions); };
  };
  const ScriptTable& table = script->table();
  const bool is_arn = table.table.starts_with("arn:");
  Migration migration{.number = options.number,
                      .table = (is_arn ? "" : options.table_prefix) + table.table,
                      .description = table.description,
                      .up = callback(LuaState::Function::up),
                      .revision = script->revision(),
                      .reads = table.reads,
                      .filter = table.filter,
                      .index = table.index};
  if (table.has_down) migration.down = callback(LuaState::Function::down);
  if (table.has_verify) migration.verify = [script](const Item& item) { return script->verify(item); };
  return migration;
}

}  // namespace drift::script
