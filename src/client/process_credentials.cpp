#include "client/process_credentials.hpp"

#include "base/text.hpp"
#include "client/child_process.hpp"
#include "client/credentials_json.hpp"
#include "value/json_object.hpp"

#include <drift/error.hpp>

#include <system_error>
#include <utility>

namespace drift::client {
namespace {

constexpr const char* source = "credential_process";

// The state of split_command: one word at a time, by the quoting rules of the POSIX shell (XCU, "Quoting").
class WordSplitter {
 public:
  void take(char c) {
    if (escaped_) {
      // Within double quotes a backslash is special before these only.
      if (quote_ == '"' && c != '"' && c != '\\' && c != '$' && c != '`') word_ += '\\';
      word_ += c;
      escaped_ = false;
    } else if (c == '\\' && quote_ != '\'') {
      escaped_ = true;
      in_word_ = true;
    } else if (quote_ != '\0') {
      if (c == quote_) {
        quote_ = '\0';
      } else {
        word_ += c;
      }
    } else if (c == '"' || c == '\'') {
      quote_ = c;
      in_word_ = true;
    } else if (c == ' ' || c == '\t') {
      end_word();
    } else {
      word_ += c;
      in_word_ = true;
    }
  }

  std::vector<std::string> finish() {
    if (quote_ != '\0' || escaped_) throw_credentials_error(source, "its command ends within a quotation");
    end_word();
    return std::move(words_);
  }

 private:
  void end_word() {
    if (in_word_) words_.push_back(std::exchange(word_, {}));
    in_word_ = false;
  }

  std::vector<std::string> words_;
  std::string word_;
  bool in_word_ = false;
  bool escaped_ = false;
  char quote_ = '\0';
};

void check(const ProcessOutcome& outcome, const std::string& program, std::chrono::milliseconds timeout) {
  const std::string name = std::string(source) + " (" + program + ")";
  switch (outcome.end) {
    case ProcessOutcome::End::not_started:
      throw_credentials_error(name, "it cannot be started: " + std::generic_category().message(outcome.status));
    case ProcessOutcome::End::timed_out:
      throw_credentials_error(
          name, "it did not end within " +
                    std::to_string(std::chrono::duration_cast<std::chrono::seconds>(timeout).count()) + " s");
    case ProcessOutcome::End::exited:
      break;
  }
  if (outcome.status != 0) {
    const std::string_view said = base::trim(outcome.errors);
    throw_credentials_error(name, "it ended with status " + std::to_string(outcome.status) +
                                      (said.empty() ? std::string() : ": " + base::one_line(said, 300)));
  }
}

void check_version(const std::string& output, const std::string& name) {
  try {
    if (value::JsonObject::parse(output).integer("Version") == 1) return;
  } catch (const Error&) {
    throw_credentials_error(name, "its output is not the JSON object that was expected");
  }
  throw_credentials_error(name, "its output is not of \"Version\": 1");
}

}  // namespace

std::vector<std::string> split_command(std::string_view command) {
  WordSplitter splitter;
  for (const char c : command) splitter.take(c);
  return splitter.finish();
}

Credentials run_credential_process(const std::string& command, base::Clock& clock, std::chrono::milliseconds timeout) {
  const std::vector<std::string> words = split_command(command);
  if (words.empty()) throw_credentials_error(source, "its command is empty");
  const ProcessOutcome outcome = run_process(words, clock, timeout);
  check(outcome, words.front(), timeout);
  const std::string name = std::string(source) + " (" + words.front() + ")";
  check_version(outcome.output, name);
  return parse_credentials_json(outcome.output, name);
}

}  // namespace drift::client
