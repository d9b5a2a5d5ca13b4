#include "client/waiting.hpp"

#include <future>

namespace drift::client {

void wait_for(base::Loop& loop, std::chrono::nanoseconds delay) {
  std::promise<void> passed;
  std::future<void> future = passed.get_future();
  loop.after(delay, [&passed] { passed.set_value(); });
  future.get();
}

}  // namespace drift::client
