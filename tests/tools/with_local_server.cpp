// Runs a program against a fresh local DynamoDB and checks what it printed and what it left in the tables, as a case
// file says. So examples and whole programs are tested by data, without code of their own:
//
//   with_local_server <case file> <program> [arguments]
//
//   # a comment
//   CreateTable {...}          an operation: its answer is what the checks below it look at
//   repeat 20 PutItem {...}    twenty times, with $n replaced by 1 to 20
//   run                        the program; `run 3` expects exit code 3
//   prints <text>              the program's output has this
//   has <text>, lacks <text>   the last answer, or after `run` the program's output, has this or has it not
//
// The program finds the server as it would find AWS: through the environment.
#include "local/local_server.hpp"
#include "support/processes.hpp"

#include <drift/error.hpp>

#include <sys/wait.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>
#include <string>

namespace {

using drift::testing::TemporaryDirectory;

std::string replace_all(std::string text, const std::string& what, const std::string& by) {
  for (std::size_t at = 0; (at = text.find(what, at)) != std::string::npos; at += by.size()) {
    text.replace(at, what.size(), by);
  }
  return text;
}

// For a shell.
std::string quoted(const std::string& argument) { return "'" + replace_all(argument, "'", R"('\'')") + "'"; }

class Case {
 public:
  explicit Case(std::string command) : command_(std::move(command)) {
    setenv("AWS_ENDPOINT_URL_DYNAMODB", server_.endpoint().c_str(), 1);
    setenv("AWS_REGION", "us-east-1", 1);
    setenv("AWS_ACCESS_KEY_ID", "local", 1);
    setenv("AWS_SECRET_ACCESS_KEY", "local", 1);
    setenv("AWS_EC2_METADATA_DISABLED", "true", 1);
    setenv("HOME", home_.path().c_str(), 1);  // no profile of this user, and no journal of an earlier run
    for (const char* name : {"AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "XDG_STATE_HOME"}) unsetenv(name);
  }

  // False, and says why, when the line's check does not hold.
  bool follow(const std::string& line) {
    std::istringstream words(line);
    std::string verb;
    if (!(words >> verb) || verb.front() == '#') return true;
    std::string rest;
    std::getline(words >> std::ws, rest);
    if (verb == "run") return run(rest.empty() ? 0 : std::stoi(rest));
    if (verb == "prints") return expect(printed_, rest, true);
    if (verb == "has") return expect(answer_, rest, true);
    if (verb == "lacks") return expect(answer_, rest, false);
    if (verb == "repeat") return repeat(rest);
    return call(verb, rest);
  }

 private:
  bool run(int expected_code) {
    std::FILE* pipe = popen(command_.c_str(), "r");
    if (pipe == nullptr) return complain("cannot run " + command_, "");
    printed_.clear();
    char part[4096];
    for (std::size_t got = 0; (got = std::fread(part, 1, sizeof part, pipe)) > 0;) printed_.append(part, got);
    const int status = pclose(pipe);
    answer_ = printed_;
    if (WIFEXITED(status) && WEXITSTATUS(status) == expected_code) return true;
    return complain("the program was to end with exit code " + std::to_string(expected_code) + ", its status is " +
                        std::to_string(status),
                    printed_);
  }

  bool repeat(const std::string& line) {
    std::istringstream words(line);
    int times = 0;
    std::string operation;
    std::string body;
    std::getline(words >> times >> operation >> std::ws, body);
    for (int n = 1; n <= times; ++n) {
      if (!call(operation, replace_all(body, "$n", std::to_string(n)))) return false;
    }
    return true;
  }

  bool call(const std::string& operation, const std::string& body) {
    answer_ = drift::testing::post(server_.endpoint(), operation, body);
    const bool failed = answer_.empty() || answer_.starts_with(R"({"__type")");
    return !failed || complain(operation + " failed", answer_);
  }

  static bool expect(const std::string& text, const std::string& part, bool present) {
    if ((text.find(part) != std::string::npos) == present) return true;
    return complain((present ? "this is missing: " : "this should not be there: ") + part, text);
  }

  static bool complain(const std::string& what, const std::string& text) {
    std::cerr << what << "\n--- in ---\n" << text << "\n----------\n";
    return false;
  }

  drift::local::LocalServer server_;
  TemporaryDirectory home_;
  std::string command_;
  std::string printed_;
  std::string answer_;
};

int follow(const std::string& file, const std::string& command) {
  std::ifstream lines(file);
  if (!lines) {
    std::cerr << "cannot read " << file << "\n";
    return 2;
  }
  Case test(command);
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (!test.follow(line)) {
      std::cerr << file << ":" << number << ": " << line << "\n";
      return 1;
    }
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  if (count < 3) {
    std::cerr << "usage: with_local_server <case file> <program> [arguments]\n";
    return 2;
  }
  std::string command;
  for (int i = 2; i < count; ++i) command += quoted(arguments[i]) + " ";
  try {
    return follow(arguments[1], command);
  } catch (const std::exception& error) {
    std::cerr << error.what() << "\n";
    return 1;
  }
}
