#include "client/process_credentials.hpp"

#include "base/clock.hpp"
#include "client/child_process.hpp"

#include <drift/error.hpp>

#include <gtest/gtest.h>

#include <unistd.h>

#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>

namespace drift::testing {
namespace {

using client::run_credential_process;
using client::run_process;
using client::split_command;
using Words = std::vector<std::string>;

TEST(SplitCommand, LikeAShellButWithoutOne) {
  EXPECT_EQ(split_command("  a  b\tc "), (Words{"a", "b", "c"}));
  EXPECT_EQ(split_command(R"("/my tools/get" --name 'a "b" c' d\ e "" '')"),
            (Words{"/my tools/get", "--name", "a \"b\" c", "d e", "", ""}));
  EXPECT_EQ(split_command(R"("a\"b" "a\\b" "a\b" 'a\b' a\\b)"), (Words{"a\"b", "a\\b", "a\\b", "a\\b", "a\\b"}));
  EXPECT_EQ(split_command("a;b $HOME `x` | y > z"), (Words{"a;b", "$HOME", "`x`", "|", "y", ">", "z"}));
  EXPECT_EQ(split_command(""), Words{});
}

TEST(SplitCommand, AnOpenQuoteIsAnError) {
  for (const char* command : {"a \"b", "a 'b", "a \\"}) EXPECT_THROW(split_command(command), Error) << command;
}

// A program that is a shell script, for a test.
class ProcessTest : public ::testing::Test {
 protected:
  void SetUp() override { std::filesystem::create_directories(directory_); }
  void TearDown() override { std::filesystem::remove_all(directory_); }

  std::string script(const std::string& text) {
    const auto file = directory_ / "it's a script";
    std::ofstream(file) << "#!/bin/sh\n" << text << "\n";
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return "\"" + file.string() + "\"";
  }
  Credentials run(const std::string& command, std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    return run_credential_process(command, base::machine_clock(), timeout);
  }
  Error error(const std::string& command, std::chrono::milliseconds timeout = std::chrono::minutes(1)) {
    try {
      run(command, timeout);
    } catch (const Error& error) {
      return error;
    }
    return Error("none", "nothing was thrown");
  }
  std::filesystem::path directory_ =
      std::filesystem::path(::testing::TempDir()) / ("drift process " + std::to_string(::getpid()));
};

TEST_F(ProcessTest, ItsOutputIsTheCredentials) {
  const Credentials credentials =
      run(script(R"(echo "{\"Version\":1,\"AccessKeyId\":\"$1\",\"SecretAccessKey\":\"s\",\"SessionToken\":\"t\",)"
                 R"(\"Expiration\":\"2026-01-02T03:04:05Z\"}")") +
          " 'MY KEY'");
  EXPECT_EQ(credentials.access_key_id, "MY KEY");
  EXPECT_EQ(credentials.secret_access_key, "s");
  EXPECT_EQ(credentials.session_token, "t");
  EXPECT_TRUE(credentials.expiry);
}

// drift ignores it; the program may rely on its default.
TEST_F(ProcessTest, ItsBrokenPipeEndsIt) {
  const auto before = std::signal(SIGPIPE, SIG_IGN);
  const std::string message =
      error(script(R"(kill -PIPE $$; echo '{"Version":1,"AccessKeyId":"K","SecretAccessKey":"s"}')")).message();
  static_cast<void>(std::signal(SIGPIPE, before));
  EXPECT_NE(message.find("141"), std::string::npos) << message;
}

TEST_F(ProcessTest, WithoutAnExpirationTheyLast) {
  EXPECT_FALSE(run(script(R"(echo '{"Version":1,"AccessKeyId":"K","SecretAccessKey":"s"}')")).expiry);
}

TEST_F(ProcessTest, WhatItSaysWhenItFailsIsPassedOn) {
  const Error failed = error(script("echo 'Please log in first' >&2; echo secret; exit 3"));
  EXPECT_EQ(failed.code(), "CredentialsError");
  EXPECT_NE(failed.message().find("ended with status 3: Please log in first"), std::string::npos) << failed.message();
  EXPECT_EQ(failed.message().find("secret"), std::string::npos);
}

TEST_F(ProcessTest, AProgramThatIsNotThereIsNamed) {
  EXPECT_NE(error("/nonexistent/tool --x").message().find("/nonexistent/tool"), std::string::npos);
  EXPECT_NE(error("/nonexistent/tool --x").message().find("cannot be started"), std::string::npos);
}

TEST_F(ProcessTest, AnotherVersionIsRefused) {
  EXPECT_NE(error(script(R"(echo '{"Version":2,"AccessKeyId":"K","SecretAccessKey":"s"}')")).message().find("Version"),
            std::string::npos);
  EXPECT_EQ(error(script("echo not json")).code(), "CredentialsError");
}

TEST_F(ProcessTest, OneThatDoesNotEndIsKilled) {
  const Error failed = error(script("trap '' TERM; exec tail -f /dev/null"), std::chrono::milliseconds(100));
  EXPECT_NE(failed.message().find("did not end within"), std::string::npos) << failed.message();
}

TEST_F(ProcessTest, OneThatLeavesAChildBehindIsNotWaitedForLonger) {
  // The child keeps the other end of the pipe open.
  const std::string file = (directory_ / "pid").string();
  const auto outcome = run_process(split_command(script("tail -f /dev/null & echo $! > '" + file + "'; echo out")),
                                   base::machine_clock(), std::chrono::minutes(1));
  EXPECT_EQ(outcome.end, client::ProcessOutcome::End::exited);
  EXPECT_EQ(outcome.output, "out\n");
  int child = 0;
  std::ifstream(file) >> child;
  ASSERT_GT(child, 0);
  ::kill(child, SIGKILL);
}

TEST_F(ProcessTest, MuchOutputIsReadAndCut) {
  const auto outcome = run_process(split_command(script("head -c 3000000 /dev/zero; head -c 3000000 /dev/zero >&2")),
                                   base::machine_clock(), std::chrono::minutes(1), 1'000);
  EXPECT_EQ(outcome.status, 0);
  EXPECT_EQ(outcome.output.size(), 1'000U);
  EXPECT_EQ(outcome.errors.size(), 1'000U);
}

TEST_F(ProcessTest, ASignalThatEndsItIsItsStatus) {
  const auto outcome =
      run_process(split_command(script("kill -TERM $$")), base::machine_clock(), std::chrono::minutes(1));
  EXPECT_EQ(outcome.status, 128 + SIGTERM);
}

}  // namespace
}  // namespace drift::testing
