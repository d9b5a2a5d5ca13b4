// Survey: a table's items read for a look, with several threads, and nothing written: no journal, no lease. Of the
// whole table, or of a sample from parts that lie evenly over it. What a plan and a verification have in common.
#pragma once

#include "migrate/scan_source.hpp"
#include "migrate/table_catalog.hpp"

#include <drift/client.hpp>
#include <drift/item.hpp>
#include <drift/rate.hpp>

#include <cstddef>
#include <cstdint>
#include <functional>
#include <stop_token>

namespace drift::migrate {

struct SurveyOptions {
  ScanSource source = {};      // of the items
  std::size_t threads = 8;     // that visit items, 1 to 1,024
  std::uint32_t segments = 0;  // 0: as many as a run would choose
  // 0: the whole table. Else about so many items, where the table has more.
  std::uint64_t sample = 0;
  Rate read_rate = {};
  std::stop_token stop = {};
  // After each page: how many items were seen so far. Never twice at once; must not throw.
  std::function<void(std::uint64_t items)> on_page = {};
};

// Where an item was come upon.
struct SurveyPlace {
  std::size_t thread = 0;  // below SurveyOptions::threads; its visits come one after the other
  std::size_t part = 0;    // below Survey::parts
};
// Called for each item, from several threads at once.
using Visit = std::function<void(const SurveyPlace& place, const Item& item)>;

struct Survey {
  std::size_t parts = 0;  // into which the reading was divided; those of a sample each have about as many items
  bool sampled = false;
  // By DynamoDB's count, about six hours old; what was seen, where that is the whole table. 0: not known.
  std::uint64_t items_estimated = 0;
  std::uint64_t items = 0;
  double read_units = 0;
  bool complete = true;  // false: it was stopped
};

// Reads `table`, or an index of it, with consistent reads where there are any. Of a sample, each part begins at a
// segment of its own of the table, and has as many items as make the sample, or what its segment has. Throws Error, and
// what a visit throws, after all threads have ended. Not to be called on the client's loop.
Survey survey(Client& client, const CatalogTable& table, const SurveyOptions& options, const Visit& visit);

}  // namespace drift::migrate
