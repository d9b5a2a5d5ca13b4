// LocalServer::find_program: the order of the places, and the messages when there is nothing.
#include "local/find_program.hpp"

#include "local/local_server.hpp"
#include "support/processes.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

namespace drift::local {
namespace {

namespace fs = std::filesystem;

// A home with three places for the program, none of which has it yet.
class FindProgram : public ::testing::Test {
 protected:
  FindProgram() {
    unset("DRIFT_DYNOXIDE");
    unset("XDG_CACHE_HOME");
    set("PATH", (root() / "bin").string());
    set("HOME", root().string());
  }

  [[nodiscard]] const fs::path& root() const { return directory_.path(); }
  [[nodiscard]] fs::path on_path() const { return root() / "bin" / "dynoxide"; }
  [[nodiscard]] fs::path in_cache() const { return root() / ".cache/drift/dynoxide-3.2.0/bin/dynoxide"; }

  static void put_program(const fs::path& path) {
    put_file(path);
    fs::permissions(path, fs::perms::owner_all);
  }
  static void put_file(const fs::path& path) {
    fs::create_directories(path.parent_path());
    std::ofstream(path) << "#!/bin/sh\n";
  }
  void set(const char* name, const std::string& value) { environment_.set(name, value); }
  void unset(const char* name) { environment_.unset(name); }

  static std::string message_without_program() {
    try {
      const LocalServer server;
    } catch (const Error& error) {
      EXPECT_EQ(error.code(), "LocalServer");
      EXPECT_NE(error.next_step().find("`make setup`"), std::string::npos) << error.next_step();
      EXPECT_EQ(error.message().find("make setup"), std::string::npos) << "once is enough: " << error.message();
      return error.message();
    }
    return "started";
  }

 private:
  testing::TemporaryDirectory directory_;
  testing::EnvironmentGuard environment_;
};

TEST_F(FindProgram, PrefersTheNamedOneThenPathThenTheCache) {
  EXPECT_EQ(LocalServer::find_program(), std::nullopt);
  put_program(in_cache());
  EXPECT_EQ(LocalServer::find_program(), in_cache());
  put_program(on_path());
  EXPECT_EQ(LocalServer::find_program(), on_path());
  put_program(root() / "mine");
  set("DRIFT_DYNOXIDE", (root() / "mine").string());
  EXPECT_EQ(LocalServer::find_program(), root() / "mine");
}

TEST_F(FindProgram, LooksInTheCacheThatTheUserChose) {
  put_program(in_cache());
  set("XDG_CACHE_HOME", (root() / "elsewhere").string());
  EXPECT_EQ(LocalServer::find_program(), std::nullopt);
  put_program(root() / "elsewhere/drift/dynoxide-3.2.0/bin/dynoxide");
  EXPECT_EQ(LocalServer::find_program(), root() / "elsewhere/drift/dynoxide-3.2.0/bin/dynoxide");
}

TEST_F(FindProgram, GoesThroughPathInItsOrder) {
  put_program(root() / "second" / "dynoxide");
  put_program(root() / "third" / "dynoxide");
  set("PATH", "/nonexistent::" + (root() / "second").string() + ":" + (root() / "third").string());
  EXPECT_EQ(LocalServer::find_program(), root() / "second" / "dynoxide");
}

TEST_F(FindProgram, PassesOverWhatCannotBeExecuted) {
  put_file(on_path());
  fs::create_directories(in_cache());
  EXPECT_EQ(LocalServer::find_program(), std::nullopt);
}

TEST_F(FindProgram, DoesNotReplaceANamedProgramThatIsMissing) {
  put_program(on_path());
  set("DRIFT_DYNOXIDE", (root() / "gone").string());
  EXPECT_EQ(LocalServer::find_program(), std::nullopt);
  const std::string message = message_without_program();
  EXPECT_NE(message.find("DRIFT_DYNOXIDE names " + (root() / "gone").string()), std::string::npos) << message;
}

TEST_F(FindProgram, SaysWhereItLookedAndWhatToDo) {
  const std::string message = message_without_program();
  EXPECT_NE(message.find("neither on PATH nor at " + in_cache().string()), std::string::npos) << message;
}

}  // namespace
}  // namespace drift::local
