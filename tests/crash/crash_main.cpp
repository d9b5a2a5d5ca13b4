// The program of the crash suite: tests, or with arguments of its own one of the processes that they kill.
#include "kill_loop.hpp"

#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <string_view>

int main(int argc, char** argv) {
  using namespace drift::testing::crash;
  if (argc > 1 && argv[1] == std::string_view(migrate_argument)) return migrate_in_process(argc, argv);
  // What is proved here are ends of processes, for which memory is as durable as a disk, and a sync costs nothing
  // there. Power loss has suites of its own.
  if (access("/dev/shm", W_OK) == 0) setenv("TMPDIR", "/dev/shm", 0);
  ::testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
