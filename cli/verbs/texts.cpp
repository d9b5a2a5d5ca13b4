// completion, manual: what an installation needs beside the program.
#include "cli/completion.hpp"
#include "cli/manual.hpp"
#include "cli/program_name.hpp"
#include "cli/verbs.hpp"

namespace drift::cli {

namespace {

// Of the program as it is called when it is found by PATH; without the line's end, which a result gets.
ExitCode print(Session& session, std::string text) {
  text = with_program(std::move(text), base_name(session.program()));
  text.pop_back();
  session.console().result(text);
  return ExitCode::done;
}

ExitCode completion(Session& session, const Arguments& arguments) {
  return print(session, completion_script(arguments.text("SHELL")));
}

ExitCode manual(Session& session, const Arguments&) { return print(session, manual_page()); }

}  // namespace

Verb completion_verb() {
  return {.name = "completion",
          .help = "Print the completion script of a shell: bash, zsh or fish",
          .arguments = {{.name = "SHELL", .help = "bash, zsh or fish", .required = true}},
          .examples = "  {drift} completion bash > ~/.local/share/bash-completion/completions/drift\n",
          .run = completion,
          .only_prints = true};
}

Verb manual_verb() {
  return {.name = "manual",
          .help = "Print the manual page",
          .examples = "  {drift} manual > drift.1\n",
          .run = manual,
          .only_prints = true};
}

}  // namespace drift::cli
