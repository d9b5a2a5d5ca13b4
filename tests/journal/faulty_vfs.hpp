// FaultyVfs: a SQLite VFS above the default one, in which writes or syncs begin to fail at a chosen place: a disk that
// fills up, or breaks. One object at a time; for one thread.
#pragma once

#include <sqlite3.h>

#include <cstdint>
#include <cstring>

namespace drift::journal {

class FaultyVfs {
 public:
  static constexpr const char* name = "drift-faulty";

  FaultyVfs() {
    real_ = sqlite3_vfs_find(nullptr);
    vfs_ = *real_;
    vfs_.pNext = nullptr;
    vfs_.zName = name;
    vfs_.pAppData = this;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
    vfs_.xOpen = open;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FaultyVfs() { sqlite3_vfs_unregister(&vfs_); }
  FaultyVfs(const FaultyVfs&) = delete;
  FaultyVfs& operator=(const FaultyVfs&) = delete;

  // The write or sync number `at` from now, from 0, fails with `code`, and all after it do.
  void fail_from(std::uint64_t at, int code) {
    seen_ = 0;
    fail_at_ = at;
    code_ = code;
  }
  void heal() { fail_at_ = UINT64_MAX; }
  // Writes and syncs since the last fail_from().
  [[nodiscard]] std::uint64_t seen() const { return seen_; }

 private:
  struct File {
    sqlite3_file base;
    FaultyVfs* owner;
    sqlite3_io_methods methods;
    [[nodiscard]] sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
  };
  static File* own(sqlite3_file* file) { return reinterpret_cast<File*>(file); }

  // Whether the next write or sync fails.
  bool fails() { return seen_++ >= fail_at_; }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* out_flags) {
    auto* self = static_cast<FaultyVfs*>(vfs->pAppData);
    File* opened = own(file);
    std::memset(opened, 0, sizeof(File));
    opened->owner = self;
    const int result = self->real_->xOpen(self->real_, path, opened->real(), flags, out_flags);
    if (opened->real()->pMethods != nullptr) {
      opened->methods = passing_methods();
      opened->base.pMethods = &opened->methods;
    }
    return result;
  }

  static int write(sqlite3_file* file, const void* data, int size, sqlite3_int64 offset) {
    FaultyVfs* self = own(file)->owner;
    return self->fails() ? self->code_ : own(file)->real()->pMethods->xWrite(own(file)->real(), data, size, offset);
  }
  static int sync(sqlite3_file* file, int flags) {
    FaultyVfs* self = own(file)->owner;
    if (self->fails()) {
      return self->code_ == SQLITE_FULL ? SQLITE_OK : SQLITE_IOERR_FSYNC;  // a full disk does not fail to sync
    }
    return own(file)->real()->pMethods->xSync(own(file)->real(), flags);
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

  sqlite3_vfs* real_ = nullptr;
  sqlite3_vfs vfs_{};
  std::uint64_t seen_ = 0;
  std::uint64_t fail_at_ = UINT64_MAX;
  int code_ = SQLITE_FULL;
};

}  // namespace drift::journal
