// The command line: see the header. The one file that knows CLI11 (8 s to compile).
#include "cli/command_line.hpp"

#include "cli/usage_error.hpp"

#include <drift/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <memory>

namespace drift::cli {

namespace {

constexpr const char* description =
    "Migrates the items of DynamoDB tables: exactly once, resumable, as fast as told.\n"
    "Begin with: drift local, then drift --local new NAME, drift --local up";

std::string flags_of(const SettingRow& row) {
  std::string flags = row.letter.empty() ? "" : "-" + std::string(row.letter) + ",";
  return flags + "--" + std::string(row.name);
}

void add_settings(CLI::App& app, CommandLine& line) {
  for (const SettingRow& row : setting_rows()) {
    if (row.value.empty()) {
      app.add_flag_callback(
          flags_of(row), [&line, &row] { line.settings.emplace_back(&row, "true"); }, std::string(row.help));
    } else {
      app.add_option_function<std::string>(
             flags_of(row), [&line, &row](const std::string& text) { line.settings.emplace_back(&row, text); },
             std::string(row.help))
          ->type_name(std::string(row.value));
    }
  }
  app.add_option("--config", line.config, "settings; default: drift.toml")->type_name("FILE");
}

void add_argument(CLI::App& command, const VerbArgument& argument, Arguments& into) {
  const std::string name(argument.name);
  const std::string flags = argument.is_flag ? "--" + name : name;
  const auto put = [&into, name](const std::string& text) { into.put(name, text); };
  if (argument.is_flag && !argument.has_value) {
    command.add_flag_callback(
        flags, [put] { put(""); }, std::string(argument.help));
    return;
  }
  if (argument.is_rest) {
    const auto put_all = [put](const std::vector<std::string>& words) {
      std::string text;
      for (const std::string& word : words) text += (text.empty() ? "" : " ") + word;
      put(text);
    };
    command.add_option_function<std::vector<std::string>>(flags, put_all, std::string(argument.help))
        ->required(argument.required)
        ->type_name("");
    return;
  }
  command.add_option_function<std::string>(flags, put, std::string(argument.help))
      ->required(argument.required)
      ->type_name(argument.is_flag ? "TEXT" : "");
}

void add_verb(CLI::App& app, const Verb& verb, CommandLine& line) {
  CLI::App* const command = app.add_subcommand(std::string(verb.name), std::string(verb.help));
  command->fallthrough();
  for (const std::string_view alias : verb.aliases) command->alias(std::string(alias));
  for (const VerbArgument& argument : verb.arguments) add_argument(*command, argument, line.arguments);
  if (!verb.examples.empty()) command->footer("Examples:\n" + std::string(verb.examples));
  command->callback([&line, &verb] { line.verb = &verb; });
}

// What is wrong with a word that CLI11 did not know.
Error unknown_word(const std::string& word) {
  if (word.starts_with("-")) {
    std::vector<std::string> flags;
    for (const SettingRow& row : setting_rows()) flags.push_back("--" + std::string(row.name));
    const std::vector<std::string_view> names(flags.begin(), flags.end());
    const std::string flag = word.substr(0, word.find('='));
    return usage_error(flag + " is no flag", did_you_mean(nearest(flag, names), "drift --help lists the flags."));
  }
  std::vector<std::string_view> names;
  for (const Verb& verb : verbs()) {
    names.push_back(verb.name);
    names.insert(names.end(), verb.aliases.begin(), verb.aliases.end());
  }
  const auto near = nearest(word, names);
  return usage_error("\"" + word + "\" is not expected here", near.empty()
                                                                  ? "drift --help lists what there is."
                                                                  : "Did you mean drift " + std::string(near) + "?");
}

std::string version_line() { return "drift " + std::string(version_text) + "\n"; }

}  // namespace

CommandLine parse_command_line(std::vector<std::string> words) {
  CommandLine line;
  CLI::App app(description, "drift");
  app.require_subcommand(0, 1);
  app.set_version_flag("-V,--version", version_line());
  app.allow_extras();  // they are named below, with what was meant
  add_settings(app, line);
  for (const Verb& verb : verbs()) add_verb(app, verb, line);
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    line.text = app.help();
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = version_line();
    return line;
  } catch (const CLI::ParseError& error) {
    throw usage_error(error.what(), "drift --help, or drift VERB --help, says what is expected.");
  }
  if (const auto extras = app.remaining(true); !extras.empty()) throw unknown_word(extras.front());
  if (line.verb == nullptr) line.text = app.help();
  return line;
}

}  // namespace drift::cli
