// The request that a run makes of its usual action on one of the benchmarks' items, for those that send it without a
// run.
#pragma once

#include <cstddef>
#include <string>

namespace drift::bench {

// The body of UpdateItem `SET a = :value`, of a callback that looked at `n` and for which `a` is already what it sets:
// it can be sent again and again. Byte for byte what the applier sends.
std::string guarded_update(const std::string& table, std::size_t id);

}  // namespace drift::bench
