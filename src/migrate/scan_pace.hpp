// ScanPace: when the scanner may ask for another page, and how large a one: the pace of reads, the caps on spending, a
// pause, and how far it may be ahead of an applier beside it. Belongs to the loop.
#pragma once

#include "client/core.hpp"
#include "migrate/run_context.hpp"
#include "migrate/scanner.hpp"
#include "pace/pacer.hpp"

#include <cstdint>
#include <memory>
#include <optional>

namespace drift::migrate {

class ScanPace final : public PageGate, public std::enable_shared_from_this<ScanPace> {
 public:
  // `run` outlives the scanner.
  explicit ScanPace(RunContext& run) : run_(run), reads_(run.pace.reads()) {}

  // Whose read_on() is called when there may be another answer than before. Before the first question.
  void opens_for(const std::weak_ptr<Scanner>& scanner) { scanner_ = scanner; }

  bool may_read(std::uint32_t segment, double units) override;
  [[nodiscard]] std::optional<double> units_max() const override;
  double asked(std::uint32_t segment, double units) override;
  void came(std::uint32_t segment, double taken, double units) override;
  void refused(std::uint32_t segment, double taken, const client::CallResult& result) override;
  void ended(std::uint32_t segment, double taken) override;

 private:
  pace::Pacer::Table table();
  void read_on_at(base::SteadyTime moment);

  RunContext& run_;
  std::weak_ptr<Scanner> scanner_;
  pace::Pacer& reads_;
  std::optional<pace::Pacer::Table> table_;  // known once it was asked for, on the loop
  std::optional<base::SteadyTime> timer_at_;
};

}  // namespace drift::migrate
