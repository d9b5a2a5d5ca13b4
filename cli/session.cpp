// Session: see the header.
#include "cli/session.hpp"

#include "cli/filter_check.hpp"
#include "cli/local_endpoint.hpp"
#include "cli/numbers.hpp"
#include "cli/script/lua_script.hpp"
#include "cli/script/process_script.hpp"
#include "client/core.hpp"

#include "migrate/state_directory.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace drift::cli {

namespace {

// What the client says of one of its options, with the place where that was set.
Error with_sources(const Error& error, const Settings& settings) {
  Error::Details details = error.details();
  for (const auto& [name, source] : settings.sources) {
    const std::string option = "ClientOptions::" + std::string(name);
    const std::size_t at = details.message.find(option);
    if (at != std::string::npos) details.message.replace(at, option.size(), source);
  }
  return Error(std::move(details));
}

}  // namespace

Session::Session(Settings settings, Console& console, std::vector<Migration> of_program, TypedLine typed)
    : settings_(std::move(settings)),
      console_(console),
      of_program_(std::move(of_program)),
      typed_(std::move(typed)),
      to_go_on_(typed_.whole) {}

std::string Session::command_of(const std::string& verb, const std::vector<std::string_view>& without) const {
  std::string line = typed_.program + " " + verb;
  for (const auto& [name, word] : typed_.settings) {
    if (std::find(without.begin(), without.end(), name) == without.end()) line.append(" ").append(word);
  }
  return line;
}

std::string Session::to_finish(std::uint64_t number) const { return is_outside(number) ? to_go_on_ : to_resume(); }

Circumstances Session::circumstances(std::optional<std::uint64_t> number) const {
  const auto is_it = [&](const Migration& migration) { return migration.number == number; };
  return {.program = typed_.program,
          .to_finish = number ? to_finish(*number) : to_resume(),
          .is_of_program = std::any_of(of_program_.begin(), of_program_.end(), is_it)};
}

std::filesystem::path Session::state_directory() const {
  return settings_.state_dir.empty() ? migrate::default_state_directory() : settings_.state_dir;
}

Client& Session::client() {
  if (client_) return *client_;
  ClientOptions options = settings_.client;
  if (settings_.local) {
    if (options.endpoint.empty()) options.endpoint = local_endpoint;
    if (options.region.empty()) options.region = local_region;
    options.credentials = static_credentials("local", "local");
  }
  try {
    client_ = std::make_unique<Client>(std::move(options));
  } catch (const Error& error) {
    throw with_sources(error, settings_);
  }
  return *client_;
}

Client& Session::reader() {
  if (!reader_) reader_ = std::make_unique<Client>(client().core().reading_only());
  return *reader_;
}

Migrator& Session::migrator() {
  if (!migrator_) {
    migrator_ = std::make_unique<Migrator>(client(), MigratorOptions{.meta_table = settings_.meta_table,
                                                                     .state_dir = settings_.state_dir,
                                                                     .lock_timeout = settings_.lock_timeout});
  }
  return *migrator_;
}

const MigrationSet& Session::migrations() {
  if (!migrations_) {
    migrations_ = std::make_unique<MigrationSet>(
        settings_.dir, of_program_,
        [this](const std::filesystem::path& file, std::uint64_t number) { return load(file, number); });
  }
  return *migrations_;
}

Migration Session::load(const std::filesystem::path& file, std::uint64_t number) {
  Migration migration = file.extension() == ".lua" ? load_lua(file, number) : load_process(file, number);
  check_filter(migration, file);
  return migration;
}

Migration Session::load_lua(const std::filesystem::path& file, std::uint64_t number) {
  return script::load_lua(file, {.number = number,
                                 .table_prefix = settings_.table_prefix,
                                 .log = [this](std::string_view line) { console_.log(line); },
                                 .reader = [this]() -> Client& { return reader(); },
                                 .stop = stop_.get_token()});
}

Migration Session::load_process(const std::filesystem::path& file, std::uint64_t number) {
  return script::load_process(file, {.number = number,
                                     .table_prefix = settings_.table_prefix,
                                     .log = [this](std::string_view line) { console_.log(line); },
                                     .stop = stop_.get_token()});
}

}  // namespace drift::cli
