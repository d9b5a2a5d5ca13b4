// The manual page: see the header.
#include "cli/manual.hpp"

#include "cli/setting_sources.hpp"
#include "cli/verb.hpp"

#include <drift/version.hpp>

#include <string_view>

namespace drift::cli {

namespace {

// A text in which troff finds nothing to do.
std::string escaped(std::string_view text) {
  std::string out;
  bool at_line_start = true;
  for (const char c : text) {
    if (at_line_start && (c == '.' || c == '\'')) out += "\\&";
    if (c == '\\') {
      out += "\\e";
    } else if (c == '-') {
      out += "\\-";
    } else {
      out += c;
    }
    at_line_start = c == '\n';
  }
  return out;
}

std::string bold(std::string_view text) { return "\\fB" + escaped(text) + "\\fR"; }

std::string usage_of(const Verb& verb) {
  std::string text = bold(verb.name);
  for (const VerbArgument& argument : verb.arguments) {
    const std::string name(argument.name);
    const std::string shown =
        argument.is_flag ? bold("--" + name) + (argument.has_value ? " " + escaped("TEXT") : "") : escaped(name);
    text += argument.required ? " " + shown : " [" + shown + "]";
  }
  return text;
}

std::string verb_entry(const Verb& verb) {
  std::string text = ".TP\n" + usage_of(verb) + "\n" + escaped(verb.help) + ".\n";
  if (!verb.aliases.empty()) {
    text += "Also";
    for (const std::string_view alias : verb.aliases) text += " " + bold(alias);
    text += ".\n";
  }
  for (const VerbArgument& argument : verb.arguments) {
    text += ".br\n" + bold(argument.is_flag ? "--" + std::string(argument.name) : std::string(argument.name)) + ": " +
            escaped(argument.help) + "\n";
  }
  if (!verb.examples.empty()) text += ".RS\n.nf\n" + escaped(verb.examples) + ".fi\n.RE\n";
  return text;
}

std::string setting_entry(const SettingRow& row) {
  std::string text = ".TP\n";
  if (!row.letter.empty()) text += bold("-" + std::string(row.letter)) + ", ";
  text += bold("--" + std::string(row.name));
  if (!row.value.empty()) text += " " + escaped(row.value);
  return text + "\n" + escaped(row.help) + " (" + escaped(variable_of(row)) + ")\n";
}

}  // namespace

std::string manual_page() {
  std::string text =
      ".TH DRIFT 1 \"\" \"drift " + escaped(version_text) +
      "\" \"User Commands\"\n.SH NAME\n{drift} \\- migrate the items of DynamoDB tables\n"
      ".SH SYNOPSIS\n.B {drift}\n[settings] verb [arguments]\n"
      ".SH DESCRIPTION\nMigrations are files of a directory. Each is called once for every item of its table, "
      "queues actions, which are executed when every item was looked at, and is then recorded in a metadata "
      "table. A run can be stopped at any time and gone on with; nothing is lost and nothing is done twice.\n"
      ".SH VERBS\n";
  for (const Verb& verb : verbs()) text += verb_entry(verb);
  text +=
      ".SH SETTINGS\nAnywhere on the line. Each is also an environment variable, in brackets, and a line of "
      "drift.toml: "
      "a flag counts before the environment, that before the file. A switch takes true and false (--json=false "
      "switches off what the "
      "environment or the file has on).\n";
  for (const SettingRow& row : setting_rows()) text += setting_entry(row);
  text += ".TP\n" + bold("--config") + " FILE\nsettings; default: drift.toml\n";
  text += ".SH EXIT STATUS\n";
  for (const ExitCodeRow& row : exit_code_rows()) {
    text += ".TP\n" + std::to_string(static_cast<int>(row.code)) + "\n" + escaped(row.meaning) + "\n";
  }
  return text +
         ".SH ENVIRONMENT\nRegion, credentials and endpoint are found as the AWS command line finds them (AWS_REGION, "
         "AWS_PROFILE, AWS_ENDPOINT_URL_DYNAMODB, ...). NO_COLOR: no colours.\n"
         ".SH FILES\n.TP\ndrift.toml\nsettings of the directory in which {drift} is called\n"
         ".TP\n~/.local/state/drift\njournals: what a run that was stopped goes on with\n";
}

}  // namespace drift::cli
