#pragma once
// A disk that is full at a chosen moment: SQLite's own file system with a count on everything that needs room.

#include <sqlite3.h>

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <stdexcept>

namespace aisle::test {

/// While one exists, all connections that are opened go through it. Only one at a time.
class FailingDisk {
public:
    FailingDisk() {
        base_ = sqlite3_vfs_find(nullptr);
        vfs_ = *base_; // the same file system but for what opens
        vfs_.zName = "failing-disk";
        vfs_.szOsFile = static_cast<int>(sizeof(File)) + base_->szOsFile;
        vfs_.xOpen = &FailingDisk::open;
        if (sqlite3_vfs_register(&vfs_, 1) != SQLITE_OK)
            throw std::runtime_error("SQLite takes no other file system");
        self_ = this;
    }
    ~FailingDisk() {
        sqlite3_vfs_unregister(&vfs_);
        sqlite3_vfs_register(base_, 1);
        self_ = nullptr;
    }
    FailingDisk(const FailingDisk&) = delete;
    FailingDisk& operator=(const FailingDisk&) = delete;

    /// From now on the n-th write (1: the next) finds no room; with `stays` all behind it too, until relent().
    void failAt(int64_t n, bool stays) {
        stays_ = stays;
        left_ = n;
    }
    /// There is room again. True when a write was refused meanwhile.
    bool relent() {
        const bool failed = left_ <= 0;
        left_ = kNever;
        return failed;
    }

private:
    static constexpr int64_t kNever = INT64_MAX;

    /// What SQLite knows as its file; the system's own lies behind it.
    struct File {
        sqlite3_file head;
        sqlite3_file* inner() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static sqlite3_file* inner(sqlite3_file* file) { return reinterpret_cast<File*>(file)->inner(); }

    /// Whether this write fails. Any thread.
    bool refuses() {
        const int64_t left = left_.load() == kNever ? kNever : --left_;
        return left == 0 || (left < 0 && stays_);
    }

    static int open(sqlite3_vfs*, const char* name, sqlite3_file* file, int flags, int* out) {
        sqlite3_vfs* const base = self_->base_;
        file->pMethods = nullptr;
        const int code = base->xOpen(base, name, inner(file), flags, out);
        if (code == SQLITE_OK)
            file->pMethods = methods(inner(file)->pMethods->iVersion);
        return code;
    }

    static const sqlite3_io_methods* methods(int version) {
        static const sqlite3_io_methods all = {
            3,
            [](sqlite3_file* f) { return inner(f)->pMethods->xClose(inner(f)); },
            [](sqlite3_file* f, void* to, int n, sqlite3_int64 at) { return inner(f)->pMethods->xRead(inner(f), to, n, at); },
            [](sqlite3_file* f, const void* from, int n, sqlite3_int64 at) {
                return self_->refuses() ? SQLITE_FULL : inner(f)->pMethods->xWrite(inner(f), from, n, at);
            },
            [](sqlite3_file* f, sqlite3_int64 size) { return inner(f)->pMethods->xTruncate(inner(f), size); }, // gives room back
            [](sqlite3_file* f, int how) { return self_->refuses() ? SQLITE_IOERR_FSYNC : inner(f)->pMethods->xSync(inner(f), how); },
            [](sqlite3_file* f, sqlite3_int64* size) { return inner(f)->pMethods->xFileSize(inner(f), size); },
            [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xLock(inner(f), lock); },
            [](sqlite3_file* f, int lock) { return inner(f)->pMethods->xUnlock(inner(f), lock); },
            [](sqlite3_file* f, int* out) { return inner(f)->pMethods->xCheckReservedLock(inner(f), out); },
            [](sqlite3_file* f, int op, void* argument) { return inner(f)->pMethods->xFileControl(inner(f), op, argument); },
            [](sqlite3_file* f) { return inner(f)->pMethods->xSectorSize(inner(f)); },
            [](sqlite3_file* f) { return inner(f)->pMethods->xDeviceCharacteristics(inner(f)); },
            [](sqlite3_file* f, int page, int size, int extend, void volatile** out) {
                return extend != 0 && self_->refuses() ? SQLITE_IOERR_SHMSIZE : inner(f)->pMethods->xShmMap(inner(f), page, size, extend, out);
            },
            [](sqlite3_file* f, int offset, int n, int lock) { return inner(f)->pMethods->xShmLock(inner(f), offset, n, lock); },
            [](sqlite3_file* f) { inner(f)->pMethods->xShmBarrier(inner(f)); },
            [](sqlite3_file* f, int remove) { return inner(f)->pMethods->xShmUnmap(inner(f), remove); },
            [](sqlite3_file* f, sqlite3_int64 at, int n, void** out) { return inner(f)->pMethods->xFetch(inner(f), at, n, out); },
            [](sqlite3_file* f, sqlite3_int64 at, void* page) { return inner(f)->pMethods->xUnfetch(inner(f), at, page); },
        };
        static const sqlite3_io_methods simple = [] { // journals and temporary files
            sqlite3_io_methods some = all;
            some.iVersion = 1;
            return some;
        }();
        return version >= 3 ? &all : &simple;
    }

    static inline FailingDisk* self_ = nullptr;
    sqlite3_vfs* base_ = nullptr;
    sqlite3_vfs vfs_{};
    std::atomic<int64_t> left_{kNever};
    std::atomic<bool> stays_{false};
};

} // namespace aisle::test
