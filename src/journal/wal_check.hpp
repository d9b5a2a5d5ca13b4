// Tells a damaged write-ahead log from a torn one. SQLite takes a log up to its first bad frame and drops the rest:
// right after a crash, when the rest was never acknowledged; but when a frame in the midst is damaged, acknowledged
// outcomes would be lost without a word, and finished actions be executed again.
#pragma once

#include <filesystem>

namespace drift::journal {

// Looks at "<journal>-wal" before SQLite opens it. Throws Error, code "JournalDamaged", when more than one transaction
// ends behind the first bad frame: a crash can leave one at most, since each is synced before the next begins. Damage
// that is confined to the last transaction, or took the end mark of the one before, cannot be told from a crash. Reads
// the log once; it is a few MiB.
void check_wal(const std::filesystem::path& journal);

}  // namespace drift::journal
