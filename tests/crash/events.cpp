// Events: see the header. What is watched is global, as failpoints are.
#include "events.hpp"

#include "base/failpoint.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cstring>
#include <new>

namespace drift::testing::crash {

namespace {

struct Watch {
  std::atomic<Log*> log = nullptr;
  std::uint32_t crash_at = never;
  bool undo = false;
  std::atomic<Stage> stage = Stage::prepare;
  std::atomic<int> doubts = 0;
  void (*call)(std::string_view) = nullptr;
};

Watch& watched() {
  static Watch watch;
  return watch;
}

// The failpoints with which a part of a run begins.
void enter_stage(std::string_view failpoint) {
  auto& stage = watched().stage;
  Log& log = *watched().log.load();
  if (failpoint == "journal.open.before") log.opened = true;
  if (failpoint == "scan.row.after" || failpoint == "barrier.row.after" || failpoint == "record.row.after") {
    log.opened = false;
  }
  if (failpoint == "scan.row.before") stage = Stage::scan;
  if (failpoint == "barrier.row.before") stage = Stage::barrier;
  if (failpoint == "apply.mark.before") stage = Stage::apply;
  if (failpoint == "record.phase.before" || failpoint == "run.last_row.before") stage = Stage::ledger;
}

void reach_failpoint(const char* name) {
  enter_stage(name);
  if (watched().call != nullptr) watched().call(name);
  events::reach(name);
}

}  // namespace

const char* stage_name(Stage stage) {
  constexpr std::array<const char*, stage_count> names{"prepare", "scan",   "barrier", "apply",
                                                       "doubt",   "ledger", "undo"};
  return names.at(static_cast<std::size_t>(stage));
}

void* shared_bytes(std::size_t size) {
  void* memory = mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  if (memory == MAP_FAILED) throw std::bad_alloc();
  return memory;
}

void release_shared(void* memory, std::size_t size) { munmap(memory, size); }

namespace events {

void begin_run();

void watch(Log& log, std::uint32_t crash_at, bool undo) {
  Watch& watch = watched();
  log.count = 0;
  log.applying = false;
  log.opened = false;
  watch.crash_at = crash_at;
  watch.undo = undo;
  begin_run();
  watch.log = &log;
  base::set_failpoint_handler(reach_failpoint);
}

void begin_run() {
  watched().stage = Stage::prepare;
  watched().doubts = 0;
}

Stage stage() {
  Watch& watch = watched();
  if (watch.undo) return Stage::undo;
  return watch.stage == Stage::apply && watch.doubts > 0 ? Stage::doubt : watch.stage.load();
}

bool is_applying() { return watched().stage >= Stage::apply; }

void reach(std::string_view name) {
  Watch& watch = watched();
  Log* log = watch.log;
  if (log == nullptr) return;
  if (is_applying()) log->applying = true;
  const std::uint32_t number = log->count++;
  if (number < Log::events_max) {
    Log::Event& event = log->events.at(number);
    event.stage = stage();
    event.name = {};
    std::memcpy(event.name.data(), name.data(), std::min(name.size(), event.name.size() - 1));
  }
  if (number >= watch.crash_at) _exit(crashed_status);
}

void doubt_begins() { ++watched().doubts; }
void doubt_ends() { --watched().doubts; }
void on_failpoint(void (*call)(std::string_view name)) { watched().call = call; }

}  // namespace events

}  // namespace drift::testing::crash
