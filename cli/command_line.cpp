// The command line: see the header. The one file that knows CLI11 (8 s to compile).
#include "cli/command_line.hpp"

#include "cli/program_name.hpp"
#include "cli/usage_error.hpp"

#include <drift/version.hpp>

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <memory>

namespace drift::cli {

namespace {

constexpr const char* description =
    "Migrates the items of DynamoDB tables: exactly once, resumable, as fast as told.\n"
    "Begin with: {drift} local, then {drift} --local new NAME, {drift} --local up";

constexpr const char* about_settings =
    "Settings may also be lines of drift.toml, or DRIFT_... in the environment; a flag is over both, and\n"
    "--json=false switches off what they have on.";

std::string flags_of(const SettingRow& row) {
  std::string flags = row.letter.empty() ? "" : "-" + std::string(row.letter) + ",";
  return flags + "--" + std::string(row.name);
}

// `take` gets "true", or what stands behind "=".
void add_switch(CLI::App& app, const std::string& flags, std::string_view help,
                const std::function<void(std::string)>& take) {
  app.add_flag(flags)->description(std::string(help))->multi_option_policy(CLI::MultiOptionPolicy::TakeAll)->each(take);
}

void add_settings(CLI::App& app, CommandLine& line) {
  for (const SettingRow& row : setting_rows()) {
    if (row.value.empty()) {
      add_switch(app, flags_of(row), row.help,
                 [&line, &row](const std::string& text) { line.settings.emplace_back(&row, text); });
    } else {
      app.add_option_function<std::string>(
             flags_of(row), [&line, &row](const std::string& text) { line.settings.emplace_back(&row, text); },
             std::string(row.help))
          ->type_name(std::string(row.value));
    }
  }
  const auto put_config = [&line](const std::string& text) {
    if (text.empty()) throw usage_error("--config: it is empty", "Nothing was done. Name a file, or leave it out.");
    line.config = text;
  };
  app.add_option_function<std::string>("--config", put_config, "settings; default: drift.toml")->type_name("FILE");
}

// "--all" and "--all=yes", as CLI11 gives both.
bool is_on(const std::string& flag, const std::string& text) {
  try {
    return is_true(text);
  } catch (const Error& error) {
    throw usage_error(flag + ": " + error.message(), "Nothing was done.");
  }
}

void add_argument(CLI::App& command, const VerbArgument& argument, Arguments& into) {
  const std::string name(argument.name);
  const std::string flags = argument.is_flag ? "--" + name : name;
  const auto put = [&into, &argument, flags](const std::string& text) {
    if (argument.is_flag && argument.has_value && text.empty()) {
      throw usage_error(flags + ": it is empty", "Nothing was done. Give it a value, or leave it out.");
    }
    into.put(argument.name, text);
  };
  if (argument.is_flag && !argument.has_value) {
    add_switch(command, flags, argument.help, [put, flags](const std::string& text) {
      if (is_on(flags, text)) put("");
    });
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
  command->footer((verb.examples.empty() ? "" : "Examples:\n" + std::string(verb.examples) + "\n") +
                  "All settings (--dir, --endpoint, --write-rate, ...): {drift} --help");
  command->callback([&line, &verb] { line.verb = &verb; });
}

// Whether the flag of that name, of drift or of any verb, takes a value; empty: there is none.
std::optional<bool> takes_value(std::string_view name) {
  if (name == "config") return true;
  if (const SettingRow* row = find_setting(name)) return !row->value.empty();
  for (const Verb& verb : verbs()) {
    for (const VerbArgument& argument : verb.arguments) {
      if (argument.is_flag && argument.name == name) return argument.has_value;
    }
  }
  return std::nullopt;
}

// "--flag=" is an empty value, and not, as CLI11 has it, "--flag" before the next word.
std::vector<std::string> with_empty_values(const std::vector<std::string>& words) {
  std::vector<std::string> taken;
  for (const std::string& word : words) {
    taken.push_back(word);
    if (!word.starts_with("--") || word.find('=') + 1 != word.size()) continue;
    const std::string flag = word.substr(0, word.size() - 1);
    const auto has_value = takes_value(flag.substr(2));
    if (!has_value) continue;  // it is named as one that is none
    if (!*has_value) throw usage_error(flag + ": it is empty", "Nothing was done. Write " + flag + " alone.");
    taken.back() = flag;
    taken.emplace_back();
  }
  return taken;
}

std::string see_help(const Verb* verb) {
  return verb == nullptr ? "{drift} --help lists what there is."
                         : "See: {drift} " + std::string(verb->name) + " --help";
}

Error unknown_flag(const std::string& flag, const Verb* verb) {
  std::vector<std::string> flags{"--config", "--help", "--version"};
  for (const SettingRow& row : setting_rows()) flags.push_back("--" + std::string(row.name));
  const std::vector<VerbArgument> none;
  for (const VerbArgument& argument : verb == nullptr ? none : verb->arguments) {
    if (argument.is_flag) flags.push_back("--" + std::string(argument.name));
  }
  const std::vector<std::string_view> names(flags.begin(), flags.end());
  return usage_error(flag + " is no flag" + (verb == nullptr ? "" : " of {drift} " + std::string(verb->name)),
                     "Nothing was done. " + did_you_mean(nearest(flag, names), see_help(verb)));
}

// What is wrong with a word that CLI11 did not know.
Error unknown_word(const std::string& word, const Verb* verb) {
  if (word.starts_with("-")) return unknown_flag(word.substr(0, word.find('=')), verb);
  if (verb != nullptr) {
    return usage_error("{drift} " + std::string(verb->name) + " has no use for \"" + word + "\"",
                       "Nothing was done. " + see_help(verb));
  }
  std::vector<std::string_view> names;
  for (const Verb& each : verbs()) {
    names.push_back(each.name);
    names.insert(names.end(), each.aliases.begin(), each.aliases.end());
  }
  const auto near = nearest(word, names);
  return usage_error("{drift} has no verb \"" + word + "\"",
                     near.empty() ? see_help(nullptr) : "Did you mean {drift} " + std::string(near) + "?");
}

// The verb of a line that could not be read; null: there is none on it.
const Verb* verb_of(const CLI::App& app) {
  const auto commands = app.get_subcommands();
  for (const Verb& verb : verbs()) {
    if (!commands.empty() && commands.front()->get_name() == verb.name) return &verb;
  }
  return nullptr;
}

// A program around drift::main says which drift is in it.
std::string version_line(std::string_view program) {
  const std::string version = "drift " + std::string(version_text);
  const std::string name = base_name(program);
  return (name == "drift" ? version : name + " (" + version + ")") + "\n";
}

}  // namespace

CommandLine parse_command_line(std::vector<std::string> words, std::string_view program) {
  CommandLine line;
  CLI::App app(description, std::string(program));
  app.require_subcommand(0, 1);
  app.set_version_flag("-V,--version", version_line(program));
  app.footer(about_settings);
  app.allow_extras();  // they are named below, with what was meant
  add_settings(app, line);
  for (const Verb& verb : verbs()) add_verb(app, verb, line);
  words = with_empty_values(words);
  std::reverse(words.begin(), words.end());  // as CLI11 takes them
  try {
    app.parse(std::move(words));
  } catch (const CLI::CallForHelp&) {
    line.text = with_program(app.help(), program);
    return line;
  } catch (const CLI::CallForVersion&) {
    line.text = version_line(program);
    return line;
  } catch (const CLI::ParseError& error) {
    throw usage_error(error.what(), "Nothing was done. " + see_help(verb_of(app)));
  }
  if (const auto extras = app.remaining(true); !extras.empty()) throw unknown_word(extras.front(), line.verb);
  if (line.verb == nullptr) {
    line.text = with_program(app.help(), program);
    line.is_wrong = true;
  }
  return line;
}

}  // namespace drift::cli
