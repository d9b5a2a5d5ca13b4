// ProcessFixture: programs in a directory of their own, called for items of a table that only memory has, and what they
// queue. Verbs: program, load, ask, message_of.
#pragma once

#include "cli/script/child_process.hpp"
#include "cli/script/process_script.hpp"
#include "script_fixture.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace drift::script {

// Of Python: answers with what `hello()` and `up(item)` return; both may be replaced, and so may `answer(request)`.
inline constexpr std::string_view python_begin = R"(
import json, os, signal, sys, time
def hello(): return {"table": "Movies", "has_down": True, "has_verify": True}
def up(item): return []
def down(item): return [{"remove": True}]
def verify(item): return True
def result(call, item):
    return {"holds": verify(item)} if call == "verify" else {"actions": up(item) if call == "up" else down(item)}
def answer(request):
    return {"id": request["id"], "results": [result(request["call"], item) for item in request["items"]]}
def say(text): sys.stdout.write(text + "\n"); sys.stdout.flush()
def hang():
    while True: signal.pause()
)";
inline constexpr std::string_view python_end = R"(
for line in sys.stdin.buffer:
    request = json.loads(line)
    say(json.dumps(hello() if "hello" in request else answer(request)))
)";

// The interpreter itself: what PATH has may be a wrapper that takes its time.
inline std::string python() {
  static const std::string path = [] {
    const testing::TemporaryDirectory directory;
    const auto file = directory.path() / "ask";
    std::ofstream(file) << "#!/usr/bin/env python3\nimport sys\nprint(sys.executable)\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return ChildProcess({.program = file}).exchange("", std::chrono::minutes(1));
  }();
  return path;
}

class ProcessFixture : public ScriptFixture {
 protected:
  void SetUp() override {
    ScriptFixture::SetUp();
    process_options_.log = options_.log;
  }

  std::filesystem::path executable(const std::string& name, const std::string& text) {
    std::filesystem::path path = write(name, text);
    std::filesystem::permissions(path, std::filesystem::perms::owner_all);
    return path;
  }
  // A program of Python with this text between its beginning and its end.
  std::filesystem::path program(const std::string& text) {
    return executable("00002_x.py", "#!" + python() + std::string(python_begin) + text + std::string(python_end));
  }
  Migration load(const std::string& text) { return load_process(program(text), process_options_); }

  static Item item(Attributes attributes = {}) {
    attributes.try_emplace("id", 1);
    return Item::of(attributes, {"id"});
  }
  // What `up` queues.
  std::vector<ActionRecord> ask(const Migration& migration, const Attributes& attributes = {}) {
    return call(migration.up, item(attributes));
  }
  // What a program with this text queues for an item whose `up` returns `actions`, written in Python.
  std::vector<ActionRecord> queued(const std::string& actions, const Attributes& attributes = {}) {
    return ask(load("def up(item): return " + actions), attributes);
  }

  // The message that the call of a migration ends with.
  std::string message_of(const Migration& migration, const Attributes& attributes = {}) {
    const Error error = testing::error_of([&] { ask(migration, attributes); });
    EXPECT_EQ(error.code(), "ScriptError") << error.what();
    return error.message();
  }
  // That the loading of a program ends with.
  std::string message_of_loading(const std::filesystem::path& file) {
    const Error error = testing::error_of([&] { load_process(file, process_options_); });
    EXPECT_EQ(error.code(), "ScriptError") << error.what();
    EXPECT_FALSE(error.next_step().empty());
    return error.message();
  }

  static bool has(const std::string& text, std::string_view part) { return text.find(part) != std::string::npos; }

  ProcessOptions process_options_ = {.number = 2};
};

}  // namespace drift::script
