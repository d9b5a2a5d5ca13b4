// make_item: see the header.
#include "bench/bench_item.hpp"

#include <string>

namespace drift::bench {

Attributes make_item(std::size_t id, std::size_t bytes) {
  Attributes item{{"id", id},
                  {"n", 0},
                  {"name", "item number " + std::to_string(id)},
                  {"tags", Value::string_set({"red", "green", "blue"})},
                  {"active", true},
                  {"price", Number::parse("1234.5678")},
                  {"where", Attributes{{"street", "Long Street 17"}, {"city", "Nowhere"}}}};
  const std::size_t size = size_bytes(item) + 4;
  item["text"] = std::string(bytes > size ? bytes - size : 0, 'x');
  return item;
}

}  // namespace drift::bench
