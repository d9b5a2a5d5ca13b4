// Session: what a verb works with: the settings, the console, and what is only made when it is asked for: the client,
// the migrator, the migrations. For one thread.
#pragma once

#include "cli/console.hpp"
#include "cli/migration_set.hpp"
#include "cli/settings.hpp"

#include <drift/client.hpp>
#include <drift/migrator.hpp>

#include <memory>
#include <stop_token>
#include <string>
#include <vector>

namespace drift::cli {

class Session {
 public:
  // `command`: the line that a person typed, to be shown where it is to be typed again.
  Session(Settings settings, Console& console, std::vector<Migration> of_program, std::string command);

  [[nodiscard]] const Settings& settings() const noexcept { return settings_; }
  [[nodiscard]] Console& console() noexcept { return console_; }
  [[nodiscard]] const std::string& command() const noexcept { return command_; }
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
  const Settings settings_;
  Console& console_;
  const std::vector<Migration> of_program_;
  const std::string command_;
  std::stop_source stop_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Client> reader_;
  std::unique_ptr<Migrator> migrator_;
  std::unique_ptr<MigrationSet> migrations_;
};

}  // namespace drift::cli
