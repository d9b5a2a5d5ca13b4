// The callbacks of a program: its answers as the actions of the callback that asked.
#include "cli/script/process_script.hpp"

#include "cli/script/process_pool.hpp"

#include <drift/error.hpp>

#include <array>
#include <memory>
#include <string>
#include <utility>

namespace drift::script {

namespace {

std::string_view kind_name(ProgramAction::Kind kind) {
  static constexpr std::array<std::string_view, 5> names{"update", "insert", "put", "remove", "remove"};
  return names.at(static_cast<std::size_t>(kind));
}

class ProcessScript {
 public:
  ProcessScript(const std::filesystem::path& file, const ProcessOptions& options)
      : prefix_(options.table_prefix), pool_(file, options) {}

  [[nodiscard]] const ProgramTable& table() const noexcept { return pool_.table(); }
  [[nodiscard]] const std::string& revision() const noexcept { return pool_.file().revision; }
  [[nodiscard]] std::string prefixed(const std::string& table) const {
    return table.empty() || table.starts_with("arn:") ? table : prefix_ + table;
  }

  // For several threads at once.
  void call(Call call, const Item& item, Actions& actions) {
    std::vector<ProgramAction> queued = asked(call, item).actions;
    for (std::size_t i = 0; i < queued.size(); ++i) {
      try {
        queue(queued[i], item, actions);
      } catch (const Error& error) {
        throw process_error(pool_.file().name, "its action " + std::to_string(i + 1) + ", " +
                                                   std::string(kind_name(queued[i].kind)) + ": " + error.what());
      }
    }
  }

  bool verify(const Item& item) { return asked(Call::verify, item).holds; }

 private:
  ProgramResult asked(Call call, const Item& item) {
    ProgramResult result = pool_.call(call, item.json());
    if (!result.error.empty()) throw process_error(pool_.file().name, result.error);
    return result;
  }

  void queue(ProgramAction& action, const Item& item, Actions& actions) const {
    const std::string table = prefixed(action.table);
    ActionOptions& options = action.options;
    switch (action.kind) {
      case ProgramAction::Kind::update:
        return actions.update({.key = std::move(action.item),
                               .expression = std::move(action.expression),
                               .values = std::move(options.values),
                               .names = std::move(options.names),
                               .condition = std::move(options.condition),
                               .table = table,
                               .guard = options.guard});
      case ProgramAction::Kind::insert:
        return actions.insert(action.item, table, options);
      case ProgramAction::Kind::put:
        return actions.put(action.item, table, options);
      case ProgramAction::Kind::remove:
        return actions.remove(action.item, table, options);
      case ProgramAction::Kind::remove_scanned:
        break;
    }
    const bool plain = options.condition.empty() && options.values.empty() && options.names.empty() && !options.guard;
    return plain ? actions.remove() : actions.remove(item.key(), {}, options);
  }

  const std::string prefix_;
  ProcessPool pool_;
};

}  // namespace

Migration load_process(const std::filesystem::path& file, const ProcessOptions& options) {
  std::shared_ptr<ProcessScript> script;
  try {
    script = std::make_shared<ProcessScript>(file, options);
  } catch (const Error& error) {
    Error::Details details = error.details();
    if (details.next_step.empty() && error.code() == "ScriptError") {
      details.next_step = "Nothing was done. Mend the program. By hand: echo '" + hello_line(options.number) + "' | " +
                          std::filesystem::absolute(file).string();
    }
    throw Error(std::move(details));
  }
  const auto callback = [&script](Call call) -> Callback {
    return [script, call](const Item& item, Actions& actions) { script->call(call, item, actions); };
  };
  const ProgramTable& table = script->table();
  Migration migration{.number = options.number,
                      .table = script->prefixed(table.table),
                      .description = table.description,
                      .up = callback(Call::up),
                      .down = table.has_down ? callback(Call::down) : Callback{},
                      .revision = script->revision(),
                      .reads = table.reads,
                      .filter = table.filter,
                      .index = table.index};
  if (table.has_verify) migration.verify = [script](const Item& item) { return script->verify(item); };
  return migration;
}

}  // namespace drift::script
