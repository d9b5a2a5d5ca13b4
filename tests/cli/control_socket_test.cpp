// The control socket's protocol, by clients of all kinds, and what becomes of its file.
#include "cli/control_socket.hpp"

#include "cli/control_client.hpp"
#include "cli/unix_address.hpp"
#include "cli/usage_of.hpp"
#include "support/processes.hpp"

#include <gtest/gtest.h>

#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <fstream>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace drift::cli {
namespace {

// One who sends and reads bytes, as nc does; it waits for none longer than 30 s.
class RawClient {
 public:
  explicit RawClient(const std::filesystem::path& file) : socket_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    constexpr timeval patience{.tv_sec = 30, .tv_usec = 0};
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    ::setsockopt(socket_.get(), SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    const UnixAddress address(file);
    EXPECT_EQ(::connect(socket_.get(), address.get(), UnixAddress::size()), 0);
  }

  // False: the other end is gone.
  bool send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t sent = ::send(socket_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent <= 0) return false;
      bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
    return true;
  }

  void end_of_input() const { ::shutdown(socket_.get(), SHUT_WR); }

  // So many lines, or those until the end.
  std::vector<std::string> lines(std::size_t count) {
    std::vector<std::string> found;
    std::array<char, 65'536> part{};
    while (found.size() < count) {
      if (const std::size_t end = in_.find('\n'); end != std::string::npos) {
        found.push_back(in_.substr(0, end));
        in_.erase(0, end + 1);
        continue;
      }
      const ssize_t got = ::recv(socket_.get(), part.data(), part.size(), 0);
      if (got <= 0) break;
      in_.append(part.data(), static_cast<std::size_t>(got));
    }
    return found;
  }

  std::string ask(std::string_view line) {
    send(std::string(line) + "\n");
    const auto answers = lines(1);
    return answers.empty() ? "nothing" : answers.front();
  }

 private:
  Descriptor socket_;
  std::string in_;
};

class ControlSocketTest : public ::testing::Test {
 protected:
  [[nodiscard]] std::filesystem::path directory() const { return directory_.path() / "state"; }
  [[nodiscard]] std::filesystem::path file() const { return control_socket_file(directory(), "drift", 3); }

  static constexpr std::size_t big_answer_bytes = 100'000;

  // Answers a line by itself, and "big" by much.
  void open() {
    socket_ = std::make_unique<ControlSocket>(file(), [](std::string_view line) {
      return line == "big" ? std::string(big_answer_bytes, 'x') : "<" + std::string(line) + ">";
    });
  }
  void close() { socket_.reset(); }

  static unsigned mode_of(const std::filesystem::path& path) {
    struct stat status = {};
    EXPECT_EQ(::lstat(path.c_str(), &status), 0);
    return status.st_mode & 0777U;
  }

  testing::TemporaryDirectory directory_;
  std::unique_ptr<ControlSocket> socket_;
};

using Strings = std::vector<std::string>;

TEST_F(ControlSocketTest, IsInTheStateDirectoryAndItsUsersAlone) {
  const mode_t before = ::umask(0);
  open();
  ::umask(before);
  EXPECT_EQ(file(), directory() / "drift-3.sock");
  EXPECT_EQ(mode_of(file()), 0600U);
  EXPECT_EQ(mode_of(directory()), 0700U);
}

TEST_F(ControlSocketTest, ALineIsAnsweredByALine) {
  open();
  RawClient client(file());
  EXPECT_EQ(client.ask("status"), "<status>");
  EXPECT_EQ(client.ask(""), "<>");
  EXPECT_EQ(client.ask("with its end\r"), "<with its end>");
}

TEST_F(ControlSocketTest, LinesInOnePartAreAnsweredEachAndALineInPartsOnce) {
  open();
  RawClient client(file());
  client.send("a\nb\nc\nd");
  EXPECT_EQ(client.lines(3), (Strings{"<a>", "<b>", "<c>"}));
  client.send("e");
  client.send("f\n");
  EXPECT_EQ(client.lines(1), Strings{"<def>"});
}

TEST_F(ControlSocketTest, TheLastLineNeedsNoEnd) {
  open();
  RawClient client(file());
  client.send("a\nb");
  client.end_of_input();
  EXPECT_EQ(client.lines(9), (Strings{"<a>", "<b>"}));
}

TEST_F(ControlSocketTest, SeveralAreServedAtOnce) {
  open();
  RawClient one(file());
  RawClient two(file());
  one.send("half a li");
  EXPECT_EQ(two.ask("x"), "<x>");
  EXPECT_EQ(one.ask("ne"), "<half a line>");
  EXPECT_EQ(two.ask("y"), "<y>");
}

TEST_F(ControlSocketTest, ALineOfAMegabyteIsAnErrorAndTheNextIsNot) {
  open();
  RawClient client(file());
  ASSERT_TRUE(client.send(std::string(1'000'000, 'x') + "\nstatus\n"));
  EXPECT_EQ(client.lines(2), (Strings{"error: a line has at most 4096 bytes", "<status>"}));
  EXPECT_EQ(client.ask(std::string(ControlSocket::line_bytes_max, 'y')),
            "<" + std::string(ControlSocket::line_bytes_max, 'y') + ">");
  EXPECT_EQ(client.ask(std::string(ControlSocket::line_bytes_max + 1, 'y')), "error: a line has at most 4096 bytes");
}

TEST_F(ControlSocketTest, AClientThatBreaksOffHarmsNobody) {
  open();
  RawClient other(file());
  { RawClient(file()).send("no end of a li"); }
  { RawClient(file()).send("a\nb\nc\n"); }  // goes before it is answered
  { const RawClient silent(file()); }
  EXPECT_EQ(other.ask("x"), "<x>");
}

TEST_F(ControlSocketTest, OneThatTakesNoAnswersKeepsNobodyWaiting) {
  open();
  RawClient greedy(file());
  RawClient other(file());
  // The answers are more than fits into the buffers of the system.
  for (int i = 0; i < 20; ++i) {
    greedy.send("big\n");
    EXPECT_EQ(other.ask("x"), "<x>");
  }
  for (const std::string& answer : greedy.lines(20)) EXPECT_EQ(answer.size(), big_answer_bytes);
  EXPECT_EQ(greedy.ask("z"), "<z>");
}

TEST_F(ControlSocketTest, ManyWhoSayNothingDoNotKeepOutTheNext) {
  open();
  std::vector<std::unique_ptr<RawClient>> silent(100);
  for (auto& client : silent) client = std::make_unique<RawClient>(file());
  EXPECT_EQ(RawClient(file()).ask("x"), "<x>");
}

TEST_F(ControlSocketTest, WithItsEndTheFileIsGoneAndClientsSeeIt) {
  open();
  RawClient raw(file());
  ControlClient client(file());
  EXPECT_EQ(client.ask("x"), "<x>");
  EXPECT_FALSE(client.ends_within(std::chrono::milliseconds(0)));
  close();
  EXPECT_FALSE(std::filesystem::exists(file()));
  EXPECT_TRUE(client.ends_within(std::chrono::milliseconds(30'000)));
  EXPECT_EQ(client.ask("x"), std::nullopt);
  EXPECT_EQ(raw.lines(1), Strings{});
  EXPECT_EQ(error_of([&] { ControlClient again(file()); }), "NoSuchRun: no run listens at " + file().string() + " | ");
}

TEST_F(ControlSocketTest, TheFileOfAProcessThatIsGoneIsReplaced) {
  testing::Child owner([&](int to_parent) {
    const ControlSocket socket(file(), [](std::string_view) { return std::string("the old one"); });
    testing::send_number(to_parent, 1);
    ::pause();
  });
  ASSERT_EQ(owner.receive_number(), 1);
  EXPECT_EQ(RawClient(file()).ask("x"), "the old one");
  owner.kill_now();
  ASSERT_TRUE(std::filesystem::exists(file()));
  EXPECT_EQ(runs_at(directory(), "drift"), std::vector<std::uint64_t>{});
  open();
  EXPECT_EQ(RawClient(file()).ask("x"), "<x>");
}

TEST_F(ControlSocketTest, OneThatLivesIsLeft) {
  open();
  EXPECT_EQ(error_of([&] { ControlSocket second(file(), {}); }),
            "ControlSocket: the control socket " + file().string() +
                ": it is another process's, which runs this migration or waits for it | ");
  EXPECT_EQ(RawClient(file()).ask("x"), "<x>");
}

TEST_F(ControlSocketTest, WhatIsNoSocketIsLeft) {
  std::filesystem::create_directories(directory());
  std::ofstream(file()) << "precious";
  EXPECT_EQ(error_of([&] { open(); }),
            "ControlSocket: the control socket " + file().string() + ": something else is there, and is left alone | ");
  std::string text;
  std::ifstream(file()) >> text;
  EXPECT_EQ(text, "precious");
}

TEST_F(ControlSocketTest, APathThatIsTooLongIsSaid) {
  const auto path = directory() / std::string(108 - directory().string().size() - 1, 'x');
  EXPECT_EQ(path.string().size(), 108U);
  EXPECT_EQ(error_of([&] { ControlSocket socket(path, {}); }),
            "ControlSocket: the control socket " + path.string() +
                ": its path has 108 bytes, a socket's at most 107: --state-dir sets another | ");
  const std::filesystem::path longest = path.string().substr(0, 107);
  EXPECT_EQ(error_of([&] { ControlSocket socket(longest, {}); }), "none");
}

TEST_F(ControlSocketTest, RunsAreThoseOfTheMetadataTable) {
  const auto answer = [](std::string_view) { return std::string(); };
  const ControlSocket first(control_socket_file(directory(), "drift", 12), answer);
  const ControlSocket second(control_socket_file(directory(), "drift", 3), answer);
  const ControlSocket other(control_socket_file(directory(), "drift-2", 4), answer);
  EXPECT_EQ(runs_at(directory(), "drift"), (std::vector<std::uint64_t>{3, 12}));
  EXPECT_EQ(runs_at(directory(), "drift-2"), (std::vector<std::uint64_t>{4}));
  EXPECT_EQ(runs_at(directory() / "missing", "drift"), std::vector<std::uint64_t>{});
}

}  // namespace
}  // namespace drift::cli
