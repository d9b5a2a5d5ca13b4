// SimulatedServer: a wire::Transport whose other end is a SimulatedTable. It answers UpdateItem with the capacity that
// was consumed, or refuses it as DynamoDB does, with ThrottlingReasons; and says, at once, what the table is
// provisioned for. A request reaches the table some milliseconds after it was sent, and its answer comes some
// milliseconds later; both vary, by a seed. For one thread, the loop's.
#pragma once

#include "base/loop.hpp"
#include "base/random.hpp"
#include "bench/simulated_table.hpp"
#include "bench/virtual_loop.hpp"
#include "wire/transport.hpp"

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace drift::bench {

// The table's items, by their ids 0, 1, ..., which are the order of their hashes.
struct ItemsPlan {
  std::size_t count = 0;
  unsigned units_max = 1;  // a write costs 1 to so many units, the same for each size
};

// How long a request takes to the table, and its answer back: 5 ms together on average, and one in a hundred answers
// takes 25 more.
struct Way {
  double there_ms = 1;
  double there_varies_ms = 1;
  double back_ms = 1;
  double back_varies_ms = 4;
  double slow_share = 0.01;
  double slow_more_ms = 25;
};

// What became of the requests that reached the table within a second.
struct Second {
  double units = 0;  // consumed
  unsigned refused_by_key_range = 0;
  unsigned refused_by_table = 0;
};

unsigned units_of(const ItemsPlan& items, std::size_t id);
std::size_t partition_of(const TablePlan& table, const ItemsPlan& items, std::size_t id);

class SimulatedServer final : public wire::Transport {
 public:
  static constexpr const char* table_arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Simulated";

  SimulatedServer(VirtualLoop& loop, const TablePlan& plan, const ItemsPlan& items, SimulatedTable& table,
                  const Way& way, std::uint64_t seed);

  void send(wire::Request request, Completion done) override;
  [[nodiscard]] base::Loop& loop() override { return loop_; }

  [[nodiscard]] const Served& served() const noexcept { return served_; }
  [[nodiscard]] const std::vector<Second>& seconds() const noexcept { return seconds_; }
  // When the last write was executed, in seconds.
  [[nodiscard]] double last_write() const noexcept { return last_write_; }

 private:
  struct Arrival {
    std::size_t id = 0;
    double time = 0;
    Refusal refusal = Refusal::none;
  };
  // Serves all that has arrived by now, in the order of arrival.
  void serve();
  void serve(Arrival& arrival);
  [[nodiscard]] wire::Response description() const;
  [[nodiscard]] wire::Response answer(const Arrival& arrival) const;

  VirtualLoop& loop_;
  const TablePlan plan_;
  const ItemsPlan items_;
  SimulatedTable& table_;
  const Way way_;
  base::Random random_;
  std::multimap<double, std::shared_ptr<Arrival>> arriving_;
  Served served_;
  std::vector<Second> seconds_;
  double last_write_ = 0;
};

}  // namespace drift::bench
