// ApplyJob and ApplyGroup: an action while the applier has it, and the actions of one callback together. Belong to the
// loop.
#pragma once

#include "base/clock.hpp"
#include "journal/records.hpp"
#include "pace/pacer.hpp"

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace drift::migrate {

struct ApplyJob;

// The jobs on one item, or of one callback, in their order, under the hash of its name: an entry of ItemOrder's.
using ApplyQueue = std::pair<const std::uint64_t, std::vector<std::shared_ptr<ApplyJob>>>;

// Where a job waits to be sent; an entry of ReadyLanes'.
struct ApplyLane {
  pace::Pacer::Table table = 0;
  pace::Pacer::Range range = 0;
  bool is_shared = false;  // what waits in it may go together with others, in one request
};

struct ApplyGroup {
  std::uint64_t number = 0;
  std::vector<std::shared_ptr<ApplyJob>> jobs = {};  // what is not settled, in order
  std::size_t under_way = 0;                         // of them, in flight or waiting to be sent again
  std::uint32_t calls = 0;                           // how often the callback was called again
  bool frozen = false;                               // nothing more of it is sent: its callback is to be called again
  bool called = false;                               // and is
  std::string item = {};                             // what it will be called with, DynamoDB JSON
};

struct ApplyJob {
  enum class State : std::uint8_t {
    waiting,    // for its turn
    under_way,  // in flight, or in doubt and about to be sent again
    settled,    // has an outcome that is not durable yet, and another action waits for its item
    left,       // has an outcome, or was taken out of the window
  };

  journal::ActionRecord action;
  std::shared_ptr<ApplyGroup> group;
  State state = State::waiting;
  bool maybe_sent = false;
  bool goes_alone = false;              // a batch that it was in was refused or lost, or left it
  std::uint32_t doubts = 0;             // lost answers, one after the other
  bool image_changed = false;           // an earlier action of the chain was skipped: the image is not the journal's
  journal::ActionOutcome outcome = {};  // what adds up on its way
  // Where it stands, kept by ItemOrder: its own item's, the scanned item's of a copy, its callback's.
  std::array<ApplyQueue*, 3> queues{};
  ApplyLane* lane = nullptr;  // kept by ReadyLanes, as the next one; where it stood last
  bool is_ready = false;
  std::size_t window_index = 0;  // kept by the applier, of its window
  double taken = 0;              // from the pacer, by the write that is in flight
  base::SteadyTime sent_at = {};

  // The items that it must have to itself: its own; for a copy under a check, the scanned one too.
  [[nodiscard]] std::vector<std::string> items(const std::string& scanned_table) const {
    std::vector<std::string> items{action.table + '\n' + action.key};
    if (item_count() > 1) items.push_back(scanned_table + '\n' + action.scanned_key);
    return items;
  }
  [[nodiscard]] std::size_t item_count() const noexcept {
    return action.guard == journal::GuardKind::scanned_check ? 2 : 1;
  }
};

}  // namespace drift::migrate
