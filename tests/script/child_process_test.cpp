#include "cli/script/child_process.hpp"

#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <fcntl.h>
#include <signal.h>  // NOLINT(modernize-deprecated-headers): kill is POSIX's

#include <algorithm>
#include <csignal>
#include <fstream>
#include <future>
#include <memory>
#include <stop_token>
#include <string>
#include <thread>
#include <vector>

namespace drift::script {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds long_enough = std::chrono::minutes(1);

// Programs that are shell scripts.
class ChildProcessTest : public ::testing::Test {
 protected:
  std::unique_ptr<ChildProcess> start(const std::string& text, std::size_t line_bytes_max = 16'000'000) {
    const auto file = directory_.path() / "it's a program";
    std::ofstream(file) << text;
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    return std::make_unique<ChildProcess>(
        ChildSettings{.program = file,
                      .log = [this](std::string_view line) { lines_.emplace_back(line); },
                      .line_bytes_max = line_bytes_max,
                      .grace = grace_,
                      .stop = stop_.get_token()});
  }
  std::unique_ptr<ChildProcess> shell(const std::string& text) { return start("#!/bin/sh\n" + text + "\n"); }

  static std::string ask(ChildProcess& child, std::string_view line = "x") { return child.exchange(line, long_enough); }
  static std::string failure(ChildProcess& child, milliseconds timeout = long_enough, std::string_view line = "x") {
    try {
      return "answered " + child.exchange(line, timeout);
    } catch (const ChildFailure& failed) {
      return failed.what();
    }
  }

  testing::TemporaryDirectory directory_;
  milliseconds grace_ = std::chrono::minutes(1);
  std::vector<std::string> lines_;
  std::stop_source stop_;
};

TEST_F(ChildProcessTest, AnswersLineForLine) {
  const auto child = shell(R"(while read -r line; do echo "<$line>"; done)");
  EXPECT_EQ(ask(*child, "one"), "<one>");
  EXPECT_EQ(ask(*child, "and another"), "<and another>");
  EXPECT_EQ(ask(*child, ""), "<>");
}

TEST_F(ChildProcessTest, LinesLargerThanAPipePassInBothDirections) {
  const auto child = shell("exec cat");
  std::string line(5'000'000, 'x');
  line.back() = 'y';
  EXPECT_EQ(ask(*child, line), line);
  EXPECT_EQ(ask(*child, "short"), "short");
}

TEST_F(ChildProcessTest, EndsWithItsInputAndNothingIsLeft) {
  auto child = shell("cat; echo done > \"$(dirname \"$0\")/end\"");
  EXPECT_EQ(ask(*child), "x");
  const pid_t pid = child->pid();
  child.reset();
  EXPECT_TRUE(std::filesystem::exists(directory_.path() / "end"));
  EXPECT_EQ(::kill(pid, 0), -1) << "a zombie";
}

TEST_F(ChildProcessTest, WhatItWritesToStderrIsLoggedByLines) {
  auto child = shell("read -r line; printf 'one\\n\\ntw\\007o\\n' >&2; echo ok; read -r line; printf 'no end' >&2");
  EXPECT_EQ(ask(*child), "ok");
  EXPECT_EQ(lines_, (std::vector<std::string>{"one", "tw o"}));
  EXPECT_EQ(failure(*child), "ended with status 0 without an answer");
  EXPECT_EQ(lines_.back(), "no end");
  EXPECT_EQ(child->last_errors(), "one | tw o | no end");
}

TEST_F(ChildProcessTest, OfItsStderrTheEndIsKept) {
  auto child = shell(
      "read -r line; i=0; while [ $i -lt 3000 ]; do echo \"line $i of many\" >&2; i=$((i+1)); done\n"
      "head -c 300000 /dev/zero | tr '\\0' z >&2; exit 1");
  EXPECT_EQ(failure(*child), "ended with status 1 without an answer");
  EXPECT_GT(lines_.size(), 3'000U);
  EXPECT_EQ(lines_[2'999], "line 2999 of many");
  EXPECT_LE(child->last_errors().size(), 3'000U);
  EXPECT_TRUE(child->last_errors().ends_with("zzz...") || child->last_errors().ends_with("zzz"));
}

TEST_F(ChildProcessTest, SaysHowItEnded) {
  EXPECT_EQ(failure(*shell("exit 7")), "ended with status 7 without an answer");
  EXPECT_EQ(failure(*shell("read -r line; kill -KILL $$")), "was ended by the signal SIGKILL");
  const auto child = shell("read -r line; exit 3");
  EXPECT_EQ(failure(*child), "ended with status 3 without an answer");
  EXPECT_EQ(failure(*child), "ended with status 3 without an answer");
  // A line without an end is none.
  EXPECT_EQ(failure(*shell("read -r line; printf half")), "ended with status 0 without an answer");
}

// It is gone, and has its pipe's other end closed: a write is an error and no signal. Many times, as it may still be
// there for the first write.
TEST_F(ChildProcessTest, ABrokenPipeIsNoSignal) {
  struct sigaction before {};
  struct sigaction by_default {};
  by_default.sa_handler = SIG_DFL;
  ::sigaction(SIGPIPE, &by_default, &before);
  const std::string line(1'000'000, 'x');
  for (int round = 0; round < 20; ++round)
    EXPECT_EQ(failure(*shell("exit 5"), long_enough, line), "ended with status 5 without an answer");
  grace_ = milliseconds(1);
  EXPECT_EQ(failure(*shell("exec <&- ; exec tail -f /dev/null"), long_enough, line),
            "closed its stdin or its stdout, and was ended");
  ::sigaction(SIGPIPE, &before, nullptr);
}

TEST_F(ChildProcessTest, WhatItSaidBeforeItEndedIsRead) {
  const auto child = shell("echo Hello");
  ASSERT_TRUE(testing::end_of(child->pid()));
  EXPECT_EQ(ask(*child, std::string(1'000'000, 'x')), "Hello");
  EXPECT_EQ(failure(*child), "ended with status 0 without an answer");
}

TEST_F(ChildProcessTest, OneThatClosesItsStdoutIsEnded) {
  grace_ = milliseconds(1);
  const auto child = shell("exec > /dev/null; exec tail -f /dev/null");
  EXPECT_EQ(failure(*child), "closed its stdin or its stdout, and was ended");
}

TEST_F(ChildProcessTest, OneThatHangsIsEndedWithSigterm) {
  const auto child = shell("trap 'echo asked >&2; exit 0' TERM; echo ready; while :; do read -r line || :; done");
  EXPECT_EQ(ask(*child), "ready");
  const pid_t pid = child->pid();
  EXPECT_EQ(failure(*child, milliseconds(50)), "did not answer within 50 ms, and was ended");
  EXPECT_EQ(lines_, (std::vector<std::string>{"asked"}));
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ChildProcessTest, OneThatIgnoresSigtermIsKilledWithAllThatItStarted) {
  grace_ = milliseconds(50);
  const auto child = shell("trap '' TERM; tail -f /dev/null > /dev/null & echo $!; wait; while :; do :; done");
  const pid_t pid = child->pid();
  const int started = std::stoi(ask(*child));
  EXPECT_TRUE(testing::is_alive(started));
  EXPECT_EQ(failure(*child, milliseconds(1'000)), "did not answer within 1 s, and was ended");
  EXPECT_EQ(::kill(pid, 0), -1);
  EXPECT_TRUE(testing::end_of(started));
}

TEST_F(ChildProcessTest, AStopEndsTheWaitForOneThatHangs) {
  const auto child = shell("trap '' TERM; read -r line; echo ready; while :; do read -r line || :; done");
  EXPECT_EQ(ask(*child), "ready");
  const pid_t pid = child->pid();
  const std::jthread stopping([this] { stop_.request_stop(); });
  EXPECT_EQ(failure(*child), "did not answer after the stop, and was ended");
  EXPECT_EQ(::kill(pid, 0), -1);
}

// grace_ is a minute.
TEST_F(ChildProcessTest, AStopEndsTheWaitForItsEnd) {
  auto child = shell("trap '' TERM; read -r line; echo ready; while :; do read -r line || :; done");
  EXPECT_EQ(ask(*child), "ready");
  const pid_t pid = child->pid();
  auto ending = std::async(std::launch::async, [&] { child.reset(); });
  stop_.request_stop();
  EXPECT_EQ(ending.wait_for(std::chrono::seconds(10)), std::future_status::ready);
  ending.get();
  EXPECT_EQ(::kill(pid, 0), -1);
}

TEST_F(ChildProcessTest, OneThatAnswersAfterTheStopIsHeard) {
  const auto child = shell("exec cat");
  stop_.request_stop();
  EXPECT_EQ(ask(*child), "x");
}

// Neither reads its stdin, so nothing tells them.
TEST_F(ChildProcessTest, OneThatHangsEndsWithThisProcessHoweverThatEnds) {
  testing::Child command([this](int to_parent) {
    const auto child = shell("tail -f /dev/null > /dev/null & echo $!; exec tail -f /dev/null");
    testing::send_number(to_parent, std::stoi(ask(*child)));
    testing::send_number(to_parent, child->pid());
    failure(*child);
  });
  const int started = command.receive_number();
  const int program = command.receive_number();
  ASSERT_TRUE(testing::is_alive(started) && testing::is_alive(program));
  command.kill_now();
  for (const int pid : {started, program}) {
    EXPECT_TRUE(testing::end_of(pid));
    if (testing::is_alive(pid)) ::kill(pid, SIGKILL);
  }
}

TEST_F(ChildProcessTest, NothingOfItsGuardIsLeft) {
  auto child = shell("while read -r line; do sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 3; done");
  const int group = std::stoi(ask(*child));
  EXPECT_TRUE(testing::is_alive(group));
  child.reset();
  EXPECT_EQ(::kill(group, 0), -1) << "a zombie";
}

TEST_F(ChildProcessTest, OneThatWritesWithoutEndIsEnded) {
  grace_ = milliseconds(50);
  EXPECT_EQ(failure(*start("#!/bin/sh\ntr '\\0' x < /dev/zero\n", 1'000'000)),
            "answered with a line of more than 1000000 bytes");
  EXPECT_EQ(failure(*shell("while :; do echo y >&2; done"), milliseconds(100)),
            "did not answer within 100 ms, and was ended");
  EXPECT_TRUE(shell("exec yes"));  // and its end does not wait for that of its text
  EXPECT_TRUE(shell("trap '' TERM; yes >&2"));
}

TEST_F(ChildProcessTest, HasNoneOfThisProcesssDescriptors) {
  const int open = ::open("/dev/null", O_RDONLY);  // NOLINT(cppcoreguidelines-pro-type-vararg): it is C's
  constexpr int number = 200;
  ASSERT_EQ(::dup2(open, number), number);
  const auto other = shell("exec cat");
  const auto child = shell("read -r line; exec ls -m /proc/self/fd");
  // The three of every program, and the directory that it lists.
  EXPECT_EQ(ask(*child), "0, 1, 2, 3");
  ::close(open);
  ::close(number);
}

TEST_F(ChildProcessTest, ASignalForTheTerminalsGroupDoesNotReachIt) {
  const auto child = shell("while read -r line; do sed 's/.*) //' /proc/$$/stat | cut -d ' ' -f 3; done");
  const int group = std::stoi(ask(*child));
  EXPECT_NE(group, ::getpgrp());
}

TEST_F(ChildProcessTest, SignalsAreAsUsual) {
  sigset_t blocked;
  sigset_t before;
  sigfillset(&blocked);
  ::pthread_sigmask(SIG_BLOCK, &blocked, &before);
  const auto ignored = std::signal(SIGPIPE, SIG_IGN);
  const auto child = shell("read -r line; echo $(grep SigBlk /proc/$$/status; grep SigIgn /proc/$$/status)");
  ::pthread_sigmask(SIG_SETMASK, &before, nullptr);
  std::signal(SIGPIPE, ignored);
  const std::string answer = ask(*child);
  constexpr std::string_view none_blocked = "SigBlk: 0000000000000000 SigIgn: ";
  ASSERT_TRUE(answer.starts_with(none_blocked)) << answer;
  EXPECT_EQ(std::stoull(answer.substr(none_blocked.size()), nullptr, 16) >> (SIGPIPE - 1) & 1U, 0U) << answer;
}

TEST_F(ChildProcessTest, WhatCannotBeStartedSaysWhy) {
  const auto problem = [&](const std::string& text) {
    try {
      start(text);
      return std::string("none");
    } catch (const ChildFailure& failed) {
      return std::string(failed.what());
    }
  };
  EXPECT_NE(problem("print('hello')\n").find("its first line names no interpreter, such as #!/usr/bin/env python3"),
            std::string::npos);
  EXPECT_NE(problem("#!/nonexistent/python\n").find("does not exist"), std::string::npos);
}

}  // namespace
}  // namespace drift::script
