// SeenKeys: the keys of the items that the scan of an index came upon, by which an item that comes again is known. They
// may be as many as the table has items, so they are on the disk. For one thread at a time.
#pragma once

#include "journal/sqlite.hpp"

#include <cstdint>
#include <string_view>

namespace drift::journal {

class SeenKeys {
 public:
  // Reads all rows. Throws Error unless they add up to the digest.
  SeenKeys(Database& database, std::uint64_t expected_digest);

  // Within a transaction. Throws Error (code "JournalError") for one that is there.
  void add(std::string_view key, std::uint64_t& digest);
  bool has(std::string_view key);

 private:
  Database* database_;
  Statement insert_;
  Statement find_;
};

}  // namespace drift::journal
