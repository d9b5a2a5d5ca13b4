#include <drift/error.hpp>
#include <drift/signal_stop.hpp>

#include <gtest/gtest.h>

#include <csignal>
#include <functional>
#include <future>
#include <stop_token>

namespace drift::testing {
namespace {

bool is_stopped_by(int signal) {
  const SignalStop stop;
  std::promise<void> requested;
  const std::stop_callback<std::function<void()>> watch(stop.token(), [&] { requested.set_value(); });
  std::raise(signal);
  return requested.get_future().wait_for(std::chrono::seconds(30)) == std::future_status::ready;
}

TEST(SignalStop, TheFirstSignalRequestsAStop) {
  EXPECT_TRUE(is_stopped_by(SIGINT));
  EXPECT_TRUE(is_stopped_by(SIGTERM));
}

TEST(SignalStop, TheSecondOneEndsTheProcess) {
  EXPECT_EXIT(
      {
        const SignalStop stop;
        std::raise(SIGINT);
        std::raise(SIGINT);
      },
      ::testing::KilledBySignal(SIGINT), "");
}

TEST(SignalStop, PutsBackWhatWasThereAndIsOneAtATime) {
  {
    const SignalStop stop;
    EXPECT_FALSE(stop.token().stop_requested());
    EXPECT_THROW(SignalStop(), Error);
  }
  EXPECT_EXIT(std::raise(SIGTERM), ::testing::KilledBySignal(SIGTERM), "");
}

}  // namespace
}  // namespace drift::testing
