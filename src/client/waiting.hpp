// Waiting on the loop's timer, for blocking methods: real time in a program, virtual time in a test.
#pragma once

#include "base/loop.hpp"

#include <chrono>

namespace drift::client {

// Returns when `delay` has passed. Not to be called on the loop's thread.
void wait_for(base::Loop& loop, std::chrono::nanoseconds delay);

}  // namespace drift::client
