// Events: the places of one process's life at which the crash matrix may end it: failpoints, requests, writes of the
// journal. They are counted in the order in which they happen; at a chosen number the process ends as a killed one
// does: by _exit, without a destructor. Counts and names are in memory that the parent shares, so they outlive it.
//
// One life is watched at a time in a process. reach() may be called from any thread.
#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace drift::testing::crash {

// In which part of a run an event happened; the rows of the printed table.
enum class Stage : std::uint8_t { prepare, scan, barrier, apply, doubt, ledger, undo };
inline constexpr std::size_t stage_count = 7;
const char* stage_name(Stage stage);

// What is left of a life. In shared memory; plain data.
struct Log {
  static constexpr std::size_t events_max = 6'000;
  struct Event {
    Stage stage;
    std::array<char, 47> name;
  };
  std::atomic<std::uint32_t> count;
  std::atomic<bool> applying;  // actions may have been sent
  // The journal was opened, and the run's row does not say so yet: were this the end, the next life would take it for a
  // restored copy, and all that is unfinished for maybe sent.
  std::atomic<bool> opened;
  std::array<Event, events_max> events;

  [[nodiscard]] std::size_t size() const { return count < events_max ? count.load() : events_max; }
};

// Memory that children of fork() write and this process reads; for plain data.
void* shared_bytes(std::size_t size);
void release_shared(void* memory, std::size_t size);

template <typename T>
class Shared {
 public:
  explicit Shared(std::size_t count = 1) : count_(count), data_(static_cast<T*>(shared_bytes(count * sizeof(T)))) {}
  ~Shared() { release_shared(data_, count_ * sizeof(T)); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;
  T& operator[](std::size_t index) { return data_[index]; }
  T* operator->() { return data_; }
  T& operator*() { return *data_; }

 private:
  std::size_t count_;
  T* data_;
};

// The exit status of a process that was ended at its event.
inline constexpr int crashed_status = 42;
inline constexpr std::uint32_t never = UINT32_MAX;

namespace events {

// From now on this process's events are written to `log`, and event `crash_at` (from 0) is its last. `undo`: every
// event is one of an undo.
void watch(Log& log, std::uint32_t crash_at, bool undo);
void reach(std::string_view name);
// A run begins: nothing of it was sent yet.
void begin_run();
// An answer was lost, and the doubt about it is resolved: events between are those of a doubt.
void doubt_begins();
void doubt_ends();
// Called when a failpoint is reached, before it counts as an event.
void on_failpoint(void (*call)(std::string_view name));
Stage stage();
// Whether actions may have been sent, in an undo too.
bool is_applying();

}  // namespace events

}  // namespace drift::testing::crash
