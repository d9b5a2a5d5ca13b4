// LiveWriters: an application that goes on writing to a table while a migration runs, and knows the effect of each of
// its writes. Threads add to counters, change attributes that nobody else knows, change one that the migration's
// callback reads, delete items, create them again and anew, and put whole items (with the optimistic locking of a
// careful application). Each write gives back the item, so each one is also a check of all that was written before.
//
//   n        1,000 for each of the application's additions, and 1 for the migration's
//   source   read by the migration's callback, which keeps what it saw in `derived`
//   note     nobody else's business
//   flag     the predicate of migrations that remove items
//
// One item is written by one thread at a time. Migrations are whatever leaves n + 1 and derived = source, once.
#pragma once

#include <drift/drift.hpp>

#include <atomic>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace drift::testing {

class LiveWriters {
 public:
  // How often each kind of write is made, against one another.
  struct Mix {
    unsigned add = 4;
    unsigned note = 2;
    unsigned source = 2;
    unsigned flag = 0;
    unsigned remove = 1;
    unsigned create = 1;
    unsigned put = 2;
    unsigned write_back = 0;  // everything as it was before the migration: half of a documented coincidence
    unsigned mimic = 0;       // exactly what the migration would write: half of the other one
  };
  enum class Migrating : std::uint8_t { nothing, counting, removing, copying };

  LiveWriters(Client& client, std::string table, std::uint64_t seed, Mix mix, Migrating migrating);
  ~LiveWriters() { stop(); }
  LiveWriters(const LiveWriters&) = delete;
  LiveWriters& operator=(const LiveWriters&) = delete;

  // Puts `items` items into the table.
  void fill(std::size_t items);
  // That many writes, on this thread.
  void write(std::size_t writes);
  // From now on items that are created are not migrated, and copies are of what is there from now on.
  void pass_barrier();
  void start(std::size_t threads);
  void stop();

  // Since the barrier, if there was one.
  [[nodiscard]] std::size_t items_written() const;
  [[nodiscard]] std::uint64_t writes() const { return writes_; }

  // What a person who knows everything says of an action in doubt on this item.
  Resolution knows(std::int64_t id);
  // What is wrong with the table, after stop(); one line an item.
  std::vector<std::string> problems();
  // With copies {id, n, source} in another table.
  std::vector<std::string> problems_of_copies(const std::string& table);
  // Items that a documented coincidence has left otherwise; of the last problems().
  [[nodiscard]] std::size_t coincidences() const { return coincidences_; }

 private:
  struct Known {
    mutable std::mutex mutex = {};
    bool exists = false;
    bool must_migrate = false;  // it was there before the scan, and is the same item still
    bool may_migrate = false;   // it, or one in its place, was there before the barrier
    bool done = false;          // the migration's write was seen
    bool coincides = false;     // write_back or mimic was here
    bool undone = false;        // write_back took the migration's write back
    std::int64_t added = 0;
    std::int64_t mimicked = 0;
    std::int64_t source = 0;
    std::string note = {};
    bool flag = false;
    bool flag_changed = false;  // by the application
    bool is_written = false;
    std::set<std::pair<std::int64_t, std::int64_t>> states = {};  // n and source, since the barrier
  };

  [[nodiscard]] bool is_migrated(std::int64_t id, const Known& known);
  void write_one(std::mt19937_64& random);
  void change(std::int64_t id, Known& known, unsigned kind, std::mt19937_64& random);
  void update(std::int64_t id, Known& known, const Known& after, const Expression& update);
  void put(std::int64_t id, Known& known, std::mt19937_64& random);
  void remove(std::int64_t id, Known& known);
  void create(std::int64_t id, Known& known, std::mt19937_64& random);
  void take(Known& known, const Known& after);
  void missing(std::int64_t id, Known& known);
  // Compares an item with what is known of it before the write that gave it back, and after it.
  void see(std::int64_t id, Known& known, const Attributes& item, std::int64_t source_before);
  void check_end(std::int64_t id, Known& known, const std::optional<Attributes>& item);
  void problem(std::int64_t id, const std::string& what);
  static Attributes item_of(std::int64_t id, const Known& known);

  Client& client_;
  const std::string table_;
  const std::uint64_t seed_;
  const Mix mix_;
  const Migrating migrating_;
  std::deque<Known> known_;  // by id
  std::atomic<std::uint64_t> writes_ = 0;
  std::atomic<bool> is_past_barrier_ = false;
  std::atomic<bool> stopping_ = false;
  std::vector<std::thread> threads_;
  std::size_t coincidences_ = 0;
  std::mutex problems_mutex_;
  std::vector<std::string> problems_;
};

}  // namespace drift::testing
