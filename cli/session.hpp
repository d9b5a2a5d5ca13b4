// Session: what a verb works with: the settings, the console, and what is only made when it is asked for: the client,
// the migrator, the migrations. For one thread.
#pragma once

#include "cli/advice.hpp"
#include "cli/console.hpp"
#include "cli/migration_set.hpp"
#include "cli/settings.hpp"

#include <drift/client.hpp>
#include <drift/migrator.hpp>

#include <memory>
#include <optional>
#include <stop_token>
#include <string>
#include <string_view>
#include <vector>

namespace drift::cli {

struct TypedSetting {
  std::string name = {};  // "write-rate"
  std::string word = {};  // "--write-rate=500"
};

// What a person typed, as it could be typed again.
struct TypedLine {
  std::string whole = {};
  std::string program = {};
  std::vector<TypedSetting> settings = {};
};

class Session {
 public:
  Session(Settings settings, Console& console, std::vector<Migration> of_program, TypedLine typed);

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] Console& console() noexcept { return console_; }
  // What is to be typed to go on with what was stopped: the same line, where nothing else was said.
  [[nodiscard]] const std::string& to_go_on() const noexcept { return to_go_on_; }
  void set_to_go_on(std::string command) { to_go_on_ = std::move(command); }
  // The line for another verb with the same settings, but for those of these names.
  [[nodiscard]] std::string command_of(const std::string& verb,
                                       const std::vector<std::string_view>& without = {}) const;
  // What is to be typed to finish what is unfinished of the sequence: all of it, without another canary.
  [[nodiscard]] std::string to_resume() const { return command_of("resume", {"canary"}); }
  // The same of that migration, which may be a file outside the sequence.
  [[nodiscard]] std::string to_finish(std::uint64_t number) const;
  // The name by which drift was called.
  [[nodiscard]] const std::string& program() const noexcept { return typed_.program; }
  // For what the library says of that migration, or of all.
  [[nodiscard]] Circumstances circumstances(std::optional<std::uint64_t> number) const;
  [[nodiscard]] const std::vector<Migration>& of_program() const noexcept { return of_program_; }
  // Of the journals and the control sockets of runs. Throws Error where none can be named.
  [[nodiscard]] std::filesystem::path state_directory() const;
  // Each throws Error for what it cannot have.
  Client& client();
  // The same, and every write of it is an Error.
  Client& reader();
  Migrator& migrator();
  const MigrationSet& migrations();
  // A file as a migration of that number, by these settings: a script of Lua by its extension, else a program.
  Migration load(const std::filesystem::path& file, std::uint64_t number);

  // Requested by a signal or through a control socket: what goes on ends so that it can be gone on with, and nothing
  // else is begun.
  [[nodiscard]] std::stop_source& stop() noexcept { return stop_; }

 private:
  Migration load_lua(const std::filesystem::path& file, std::uint64_t number);
  Migration load_process(const std::filesystem::path& file, std::uint64_t number);

  const Settings settings_;
  Console& console_;
  const std::vector<Migration> of_program_;
  const TypedLine typed_;
  std::string to_go_on_;
  std::stop_source stop_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Client> reader_;
  std::unique_ptr<Migrator> migrator_;
  std::unique_ptr<MigrationSet> migrations_;
};

}  // namespace drift::cli
