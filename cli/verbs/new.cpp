// new, validate: the files of migrations.
#include "cli/advice.hpp"
#include "cli/json_text.hpp"
#include "cli/migration_templates.hpp"
#include "cli/misnamed_files.hpp"
#include "cli/names.hpp"
#include "cli/numbers.hpp"
#include "cli/usage_error.hpp"
#include "cli/verbs.hpp"
#include "client/table_name.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <chrono>
#include <ctime>
#include <fstream>

namespace drift::cli {

namespace {

// "Add decade" to "add_decade": what is no letter or digit parts words. Throws Error for a name of which nothing is
// left, or not all letters.
std::string file_name_of(const std::string& name) {
  constexpr unsigned char ascii_end = 0x80;
  std::string text;
  for (const char c : name) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= ascii_end) {
      throw usage_error("\"" + name + "\" has other letters than a file's name keeps, which are a to z",
                        "Nothing was done. Write it with those and digits: {drift} new add_decade");
    }
    if (std::isalnum(byte) != 0) {
      text += static_cast<char>(std::tolower(byte));
    } else if (!text.empty() && text.back() != '_') {
      text += '_';
    }
  }
  while (text.ends_with('_')) text.pop_back();
  if (text.empty())
    throw usage_error("\"" + name + "\" is no name for a migration", "Use letters and digits: {drift} new add_decade");
  return text;
}

std::uint64_t time_number() {
  const std::time_t now = std::chrono::system_clock::to_time_t(std::chrono::system_clock::now());
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  std::array<char, 16> digits{};
  std::strftime(digits.data(), digits.size(), "%Y%m%d%H%M%S", &parts);
  return std::stoull(digits.data());
}

// One more than the highest number of the program and of the directory; the files need not be sound.
std::uint64_t next_number(const std::filesystem::path& directory, const std::vector<Migration>& of_program) {
  std::uint64_t highest = 0;
  for (const Migration& migration : of_program) highest = std::max(highest, migration.number);
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(directory, ignored)) {
    std::uint64_t number = 0;
    std::string name;
    if (parse_file_name(entry.path().filename().string(), number, name)) highest = std::max(highest, number);
  }
  if (highest == sequence_max) {
    throw usage_error("the highest number, " + std::to_string(highest) + ", is taken",
                      "Nothing was done. Give the file that has it a lower one, or number by the time: --timestamp");
  }
  return highest + 1;
}

std::string digits_of(std::uint64_t number) {
  constexpr std::size_t width = 5;
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

// `what` stands in quotes.
std::string filled_in(std::string text, std::string_view what, std::string_view with) {
  text.replace(text.find('"' + std::string(what) + '"') + 1, what.size(), with);
  return text;
}

// For whom it may be read.
void make_executable(const std::filesystem::path& file) {
  using std::filesystem::perms;
  const perms reading =
      std::filesystem::status(file).permissions() & (perms::owner_read | perms::group_read | perms::others_read);
  std::filesystem::permissions(file, static_cast<perms>(static_cast<unsigned>(reading) >> 2U),
                               std::filesystem::perm_options::add);
}

// The prefix is put before a name, and not before an ARN, when the script is loaded.
void check_table(const std::string& table, const std::string& prefix) {
  if (client::is_table_name(prefix + table) || client::is_table_arn(table)) return;
  throw usage_error("--table: \"" + table + "\" is no name for a table",
                    "Nothing was done. A name is 3 to 255 of a-z, A-Z, 0-9, '_', '-' and '.'; an ARN does too.");
}

ExitCode begin(Session& session, const Arguments& arguments) {
  const std::string name = file_name_of(arguments.text("NAME"));
  const MigrationTemplate& begun = migration_template(arguments.has("lang") ? arguments.text("lang") : "lua");
  if (arguments.has("table")) check_table(arguments.text("table"), session.settings().table_prefix);
  const std::filesystem::path& directory = session.settings().dir;
  std::filesystem::create_directories(directory);
  const std::uint64_t number =
      arguments.has("timestamp") ? time_number() : next_number(directory, session.of_program());
  const std::filesystem::path file = directory / (digits_of(number) + "_" + name + std::string(begun.extension));
  std::string words = name;
  std::replace(words.begin(), words.end(), '_', ' ');
  std::string text = filled_in(std::string(begun.text), "DESCRIPTION", words);
  if (arguments.has("table")) text = filled_in(std::move(text), "TABLE", arguments.text("table"));
  std::ofstream out(file, std::ios::binary);
  out << text;
  out.close();
  if (!out) throw Error({.code = "ConfigError", .message = file.string() + " could not be written"});
  if (begun.executable) make_executable(file);
  session.console().result(
      session.settings().json ? JsonText().number("number", number).text("file", file.string()).take() : file.string());
  return ExitCode::done;
}

std::string json_of(const KnownMigration& migration) {
  return JsonText()
      .number("number", migration.number)
      .text("name", migration.name)
      .text("table", migration.migration.table)
      .text_if("description", migration.migration.description)
      .text_if("index", migration.migration.index)
      .flag("down", static_cast<bool>(migration.migration.down))
      .take();
}

ExitCode validate(Session& session, const Arguments&) {
  const MigrationSet& migrations = session.migrations();
  const auto& all = migrations.sound();
  for (const auto& [number, migration] : all) {
    if (session.settings().json) {
      session.console().result(json_of(migration));
      continue;
    }
    const std::string& index = migration.migration.index;
    session.console().result(display_name(migration) + ": " + (index.empty() ? "" : "index " + index + " of ") +
                             "table " + migration.migration.table +
                             (migration.migration.down ? "" : "; undone from what is kept, it has no down"));
  }
  std::vector<Error> problems = migrations.problems();
  for (Error& misnamed : misnamed_files(session.settings().dir)) problems.push_back(std::move(misnamed));
  for (const Error& problem : problems) {
    session.console().error(advised(problem, std::nullopt, session.circumstances(std::nullopt)));
  }
  const std::string others = problems.empty() ? "" : "; " + counted(problems.size(), "problem");
  session.console().note(std::to_string(all.size()) +
                         (all.size() == 1 ? " migration is sound" : " migrations are sound") + others);
  return problems.empty() ? ExitCode::done : exit_code_of(problems.front());
}

}  // namespace

Verb new_verb() {
  return {.name = "new",
          .aliases = {"create"},
          .help = "Begin a migration: write a file with the next number",
          .arguments = {{.name = "NAME", .help = "what it does, in a few words", .required = true},
                        {.name = "table", .help = "the table that it migrates", .is_flag = true},
                        {.name = "lang", .help = "lua (the default), py or js", .is_flag = true},
                        {.name = "timestamp", .help = "number it by the time", .is_flag = true, .has_value = false}},
          .examples =
              "  {drift} new add_decade --table Movies\n  {drift} new \"add decade\" --timestamp\n"
              "  {drift} new add_decade --table Movies --lang py\n",
          .run = begin};
}

Verb validate_verb() {
  return {.name = "validate",
          .help = "Load all migrations and say what is wrong with them; needs no network",
          .examples = "  {drift} validate\n",
          .run = validate,
          .only_prints = true};
}

}  // namespace drift::cli
