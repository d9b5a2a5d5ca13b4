// ActionStream: when the queue is worth reading, when it is at its end, and when the scan has to wait.
#include "migrate/action_stream.hpp"

#include "support/manual_loop.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace drift::testing {
namespace {

using journal::ActionRecord;
using migrate::ActionStream;

class ActionStreamTest : public ::testing::Test {
 protected:
  std::shared_ptr<ActionStream> stream(bool behind = false) {
    auto stream = std::make_shared<ActionStream>(loop_, behind);
    stream->on_more([this] { ++more_; });
    stream->on_room([this] { ++room_; });
    loop_.run_posted();
    return stream;
  }
  // The applier reads; true at the end.
  static bool read(ActionStream& stream, std::size_t actions) {
    stream.begin_read();
    return stream.end_read(std::vector<ActionRecord>(actions));
  }

  ManualLoop loop_;
  int more_ = 0;
  int room_ = 0;
};

TEST_F(ActionStreamTest, IsReadAgainOnceSomethingWasAppended) {
  const auto stream = this->stream();
  EXPECT_TRUE(stream->has_more());
  EXPECT_FALSE(read(*stream, 0));
  EXPECT_FALSE(stream->has_more());
  stream->append(3, 100);
  loop_.run_posted();
  EXPECT_EQ(more_, 1);
  EXPECT_TRUE(stream->has_more());
  EXPECT_FALSE(read(*stream, 2));
  EXPECT_TRUE(stream->has_more()) << "a reading may have left something";
}

TEST_F(ActionStreamTest, WhatComesDuringAReadingIsNotMissed) {
  const auto stream = this->stream();
  stream->begin_read();
  stream->append(1, 100);
  loop_.run_posted();
  EXPECT_FALSE(stream->end_read({}));
  EXPECT_TRUE(stream->has_more());
}

TEST_F(ActionStreamTest, OnlyAReadingThatBeganAfterTheEndKnowsTheEnd) {
  const auto stream = this->stream();
  stream->begin_read();
  stream->end();
  loop_.run_posted();
  EXPECT_EQ(more_, 1);
  EXPECT_FALSE(stream->end_read({}));
  EXPECT_TRUE(stream->has_more());
  EXPECT_FALSE(read(*stream, 1));
  EXPECT_TRUE(read(*stream, 0));
}

TEST_F(ActionStreamTest, TheScanWaitsWhereItIsTooManyActionsAhead) {
  const auto stream = this->stream();
  stream->append(ActionStream::ahead_actions_max - 1, 100);
  loop_.run_posted();
  EXPECT_FALSE(stream->is_full());
  stream->append(1, 100);
  loop_.run_posted();
  EXPECT_TRUE(stream->is_full());
  EXPECT_EQ(room_, 0);
  read(*stream, 1);
  EXPECT_FALSE(stream->is_full());
  EXPECT_EQ(room_, 1);
  read(*stream, 1);
  EXPECT_EQ(room_, 1) << "there was room before";
}

TEST_F(ActionStreamTest, OrTooManyBytes) {
  const auto stream = this->stream();
  stream->append(1, ActionStream::ahead_bytes_max);
  loop_.run_posted();
  EXPECT_TRUE(stream->is_full());
  read(*stream, 1);
  EXPECT_FALSE(stream->is_full()) << "an action has some bytes";
}

// The reading and the news of what was appended are on different ways.
TEST_F(ActionStreamTest, WhatIsReadBeforeItIsKnownToBeAppendedIsCountedOnce) {
  const auto stream = this->stream();
  read(*stream, 10);
  stream->append(ActionStream::ahead_actions_max, 0);
  loop_.run_posted();
  EXPECT_FALSE(stream->is_full());
}

TEST_F(ActionStreamTest, BehindAnEarlierProcessTheScanWaitsUntilItIsCaughtUpWith) {
  const auto stream = this->stream(true);
  EXPECT_TRUE(stream->is_full());
  EXPECT_FALSE(read(*stream, 4'000));
  EXPECT_TRUE(stream->is_full());
  EXPECT_FALSE(read(*stream, 0));
  EXPECT_FALSE(stream->is_full());
  EXPECT_EQ(room_, 1);
}

}  // namespace
}  // namespace drift::testing
