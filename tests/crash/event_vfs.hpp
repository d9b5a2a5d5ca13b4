// EventVfs: SQLite's own VFS with an event before and after each sync and before each fourth write, so that a life can
// end within a transaction of the journal. Once made it is the default of the process, for good.
#pragma once

#include "events.hpp"

#include <sqlite3.h>

#include <atomic>
#include <cstdint>
#include <cstring>

namespace drift::testing::crash {

class EventVfs {
 public:
  static void install() { static EventVfs vfs; }

 private:
  struct File {
    sqlite3_file base;
    sqlite3_io_methods methods;
    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };

  EventVfs() {
    sqlite3_vfs* real = sqlite3_vfs_find(nullptr);
    vfs_ = *real;
    vfs_.pNext = nullptr;
    vfs_.zName = "drift-events";
    vfs_.pAppData = real;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real->szOsFile;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 1);
  }

  static File* own(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto* real = static_cast<sqlite3_vfs*>(vfs->pAppData);
    File* opened = own(file);
    std::memset(opened, 0, sizeof(File));
    const int result = real->xOpen(real, path, opened->real(), flags, out_flags);
    if (opened->real()->pMethods != nullptr) {
      opened->methods = passing_methods();
      opened->base.pMethods = &opened->methods;
    }
    return result;
  }

  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    static std::atomic<std::uint32_t> writes = 0;
    if (++writes % 4 == 0) events::reach("journal.write.before");
    return own(file)->real()->pMethods->xWrite(own(file)->real(), data, size, offset);
  }
  static int sync(sqlite3_file* file, int flags) {
    events::reach("journal.sync.before");
    const int result = own(file)->real()->pMethods->xSync(own(file)->real(), flags);
    events::reach("journal.sync.after");
    return result;
  }

  template <auto method, typename... Arguments>
  static int pass(sqlite3_file* file, Arguments... arguments) {
    sqlite3_file* real = own(file)->real();
    return (real->pMethods->*method)(real, arguments...);
  }

  static sqlite3_io_methods passing_methods() {
    using M = sqlite3_io_methods;
    M methods{};
    methods.iVersion = 1;  // without shared memory, which sole access does not need
    methods.xClose = pass<&M::xClose>;
    methods.xRead = pass<&M::xRead, void*, int, sqlite3_int64>;
    methods.xWrite = write;
    methods.xTruncate = pass<&M::xTruncate, sqlite3_int64>;
    methods.xSync = sync;
    methods.xFileSize = pass<&M::xFileSize, sqlite3_int64*>;
    methods.xLock = pass<&M::xLock, int>;
    methods.xUnlock = pass<&M::xUnlock, int>;
    methods.xCheckReservedLock = pass<&M::xCheckReservedLock, int*>;
    methods.xFileControl = pass<&M::xFileControl, int, void*>;
    methods.xSectorSize = pass<&M::xSectorSize>;
    methods.xDeviceCharacteristics = pass<&M::xDeviceCharacteristics>;
    return methods;
  }

  sqlite3_vfs vfs_{};
};

}  // namespace drift::testing::crash
