// The kill -9 loop: real processes that migrate 2,000 items on the real server, each killed at a random time, until
// one comes to its end; then every item has been counted once, and copied.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <string>

namespace drift::testing::crash {

struct KillLoop {
  std::string endpoint = {};
  std::filesystem::path directory = {};
  std::string name = {};  // the beginning of its tables' names
  std::uint64_t seed = 0;
  std::size_t items = 2'000;
  std::chrono::milliseconds life_max{350};  // a life is killed at a random time before that
};

struct KillCounts {
  std::uint64_t kills = 0;
  std::string problem = {};  // empty: every item was counted and copied once
};

// One table from its first item to the check.
KillCounts kill_until_applied(const KillLoop& loop);

// What the killed processes do: the run of one life. The arguments are those that kill_until_applied() gives them.
int migrate_in_process(int argc, char** argv);
inline constexpr const char* migrate_argument = "--migrate";

}  // namespace drift::testing::crash
