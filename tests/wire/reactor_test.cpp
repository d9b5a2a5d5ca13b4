// What the reactor promises, with pairs of sockets on a loop of their own.
#include "wire/reactor.hpp"

#include "base/clock.hpp"
#include "wire/io_loop.hpp"

#include <gtest/gtest.h>

#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <future>
#include <memory>
#include <string>
#include <vector>

namespace drift::wire {

namespace {

// Writes down what it is told.
class Recorder final : public Reactor::Handler {
 public:
  explicit Recorder(std::vector<std::string>& told) : told_(told) {
    socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0, ends_.data());
  }
  ~Recorder() override {
    close(ends_[0]);
    close_other_end();
  }

  void on_ready(Reactor::Ready ready) override {
    std::array<char, 64> text{};
    const ssize_t size = recv(ends_[0], text.data(), text.size(), 0);
    if (size > 0) told_.emplace_back("read " + std::string(text.data(), static_cast<std::size_t>(size)));
    if (size == 0 && ready.ended) told_.emplace_back("ended");
    if (size < 0 && ready.writable) told_.emplace_back("writable");
  }
  void leave() override { told_.emplace_back("leave"); }

  [[nodiscard]] int handle() const noexcept { return ends_[0]; }
  void receives(const std::string& text) const {
    EXPECT_EQ(send(ends_[1], text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  }
  void close_other_end() {
    if (ends_[1] >= 0) close(ends_[1]);
    ends_[1] = -1;
  }

 private:
  std::vector<std::string>& told_;
  std::array<int, 2> ends_{-1, -1};
};

class ReactorTest : public ::testing::Test {
 protected:
  ~ReactorTest() override {
    on_loop([this] { reactor_.shut_down(); });
    loop_.stop();
  }

  // Does it on the loop, without a turn in between, and waits for that.
  template <typename Step>
  void on_loop(const Step& step) {
    std::promise<void> done;
    loop_.post([&] {
      step();
      done.set_value();
    });
    done.get_future().get();
  }
  // Returns when the turn is over that something which is done now is told in.
  void wait_for_turn() {
    class Last final : public Reactor::Handler {
     public:
      std::promise<void> left;
      void on_ready(Reactor::Ready) override {}
      void leave() override { left.set_value(); }
    };
    const auto last = std::make_shared<Last>();
    on_loop([&] { reactor_.leave_soon(last); });
    last->left.get_future().get();
  }
  std::shared_ptr<Recorder> watch() {
    auto recorder = std::make_shared<Recorder>(told_);
    on_loop([&] { EXPECT_TRUE(reactor_.watch(recorder->handle(), recorder)); });
    wait_for_turn();
    told_.clear();
    return recorder;
  }

  std::vector<std::string> told_;  // of the loop, while that runs
  IoLoop loop_{base::machine_clock()};
  Reactor reactor_{loop_};
};

}  // namespace

TEST_F(ReactorTest, SaysThatASocketIsWritableReadableAndEnded) {
  auto recorder = std::make_shared<Recorder>(told_);
  on_loop([&] { EXPECT_TRUE(reactor_.watch(recorder->handle(), recorder)); });
  wait_for_turn();
  recorder->receives("one");
  wait_for_turn();
  recorder->receives("two");
  wait_for_turn();
  recorder->close_other_end();
  wait_for_turn();
  const std::vector<std::string> expected{"writable", "read one", "read two", "ended"};
  on_loop([&] { EXPECT_EQ(told_, expected); });
}

TEST_F(ReactorTest, WhatIsThereIsReadBeforeAnythingLeaves) {
  constexpr std::size_t many = 200;  // more than one look finds
  std::vector<std::shared_ptr<Recorder>> recorders;
  for (std::size_t i = 0; i < many; ++i) recorders.push_back(watch());
  on_loop([&] {
    told_.clear();
    for (const auto& recorder : recorders) reactor_.leave_soon(recorder);
    for (const auto& recorder : recorders) recorder->receives("answer");
  });
  wait_for_turn();
  std::vector<std::string> expected(many, "read answer");
  expected.insert(expected.end(), many, "leave");
  on_loop([&] { EXPECT_EQ(told_, expected); });
}

TEST_F(ReactorTest, TellsNothingOfASocketThatIsForgotten) {
  const auto recorder = watch();
  on_loop([&] {
    recorder->receives("too late");
    reactor_.forget(recorder->handle());
  });
  wait_for_turn();
  on_loop([&] { EXPECT_EQ(told_, std::vector<std::string>{}); });
  EXPECT_EQ(recorder.use_count(), 1);
}

}  // namespace drift::wire
