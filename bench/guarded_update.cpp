// guarded_update: see the header. It is made by what makes the applier's requests.
#include "bench/guarded_update.hpp"

#include "migrate/write_request.hpp"

namespace drift::bench {

std::string guarded_update(const std::string& table, std::size_t id) {
  const journal::ActionRecord action{.kind = journal::ActionKind::update,
                                     .scanned_item = true,
                                     .table = table,
                                     .key = R"({"id":{"N":")" + std::to_string(id) + R"("}})",
                                     .expression = "SET a = :value",
                                     .values = R"({":value":{"N":"1"}})",
                                     .guard = journal::GuardKind::unchanged,
                                     .repeat = journal::RepeatKind::guarded,
                                     .guarded = R"(["n","a"])",
                                     .image = R"({"n":{"N":"0"},"a":{"N":"1"}})"};
  return migrate::write_request(action, {.scanned_table = table}).body;
}

}  // namespace drift::bench
