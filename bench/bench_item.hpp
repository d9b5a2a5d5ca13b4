// The items that benchmarks of whole runs work on: eight attributes, as items in real tables have; `text` fills them up
// to their size.
#pragma once

#include <drift/value.hpp>

#include <cstddef>

namespace drift::bench {

// An item of the table's size in DynamoDB's counting, `bytes`; the key is `id`, a number.
Attributes make_item(std::size_t id, std::size_t bytes);

}  // namespace drift::bench
