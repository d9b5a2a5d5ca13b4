#include "journal/seen_keys.hpp"

#include "journal/checksum.hpp"
#include "journal/problem.hpp"

namespace drift::journal {
namespace {

std::uint64_t digest_of(std::string_view key) noexcept {
  return mix(static_cast<std::uint32_t>(Checksum().add(key).value()));
}

}  // namespace

SeenKeys::SeenKeys(Database& database, std::uint64_t expected_digest)
    : database_(&database),
      insert_(database, "INSERT INTO seen(key) VALUES(?)"),
      find_(database, "SELECT 1 FROM seen WHERE key = ?") {
  std::uint64_t digest = 0;
  Statement rows(database, "SELECT key FROM seen");
  while (rows.step()) {
    digest += digest_of(rows.text(0));
  }
  if (digest != expected_digest) {
    throw damaged(database.file(), "the keys of the items that were scanned are not as they were written");
  }
}

void SeenKeys::add(std::string_view key, std::uint64_t& digest) {
  insert_.bind(1, key);
  if (!insert_.run()) {
    throw journal_error(database_->file(), "an item of the index was handed in as a new one twice");
  }
  digest += digest_of(key);
}

bool SeenKeys::has(std::string_view key) {
  find_.bind(1, key);
  const bool found = find_.step();
  find_.reset();
  return found;
}

}  // namespace drift::journal
