// The disk that a run's journal needs, and whether it is there: checked before the scan and while it goes on, so that a
// full disk is met early and in words.
#pragma once

#include <cstdint>
#include <filesystem>

namespace drift::migrate {

// A queued action with its guard takes about so many bytes of the journal, its outcome included (docs/performance.md);
// an action on the whole item keeps the item as well.
inline constexpr std::uint64_t journal_bytes_an_item = 256;
// Below this a running scan stops: the apply phase needs room for its outcomes.
inline constexpr std::uint64_t disk_reserve_bytes = std::uint64_t{64} << 20U;

// Throws Error (code "DiskSpace") where the file system of `directory`, or of the nearest one above it that exists, has
// less than the journal of `items` items is going to need.
void check_disk_space(const std::filesystem::path& directory, std::uint64_t items);

}  // namespace drift::migrate
