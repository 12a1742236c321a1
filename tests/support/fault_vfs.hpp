#pragma once

#include <atomic>
#include <cstdint>
#include <mutex>
#include <sqlite3.h>
#include <string>
#include <string_view>
#include <vector>

namespace llmr::testing {

/// What goes wrong with files at the moment.
enum class Fault { none, full, io_error, busy, read_only };

/// One change of a file, as a disk sees it.
struct FileEvent {
    enum class Kind { write, truncate, sync, remove, mark };
    Kind kind;
    std::string file;         ///< without the directory; the text of a mark
    std::int64_t offset = 0;  ///< of a write; the new size of a truncation
    std::string bytes;
    bool durable = false;  ///< a removal that was synced
};

/// A SQLite VFS over the system's that fails on demand and can record every change. Register one
/// object per name; it must outlive what was opened through it. Thread-safe.
class FaultVfs {
public:
    explicit FaultVfs(std::string name) : name_(std::move(name)) {
        real_ = sqlite3_vfs_find(nullptr);
        vfs_ = *real_;
        vfs_.zName = name_.c_str();
        vfs_.pAppData = this;
        vfs_.szOsFile = static_cast<int>(sizeof(File)) + real_->szOsFile;
        vfs_.xOpen = &open;
        vfs_.xDelete = &remove;
        sqlite3_vfs_register(&vfs_, /*makeDflt=*/0);
    }
    ~FaultVfs() { sqlite3_vfs_unregister(&vfs_); }
    FaultVfs(const FaultVfs&) = delete;
    FaultVfs& operator=(const FaultVfs&) = delete;

    const std::string& name() const { return name_; }

    /// From now on, until set again: for the database and its WAL, and for the spill file.
    void set(Fault database, Fault spill = Fault::none) {
        database_fault_ = database;
        spill_fault_ = spill;
    }
    /// Of the calls that a fault concerns only each `every`-th fails. 0: all fail.
    void set_sparse(std::uint32_t every) { sparse_ = every; }

    void record(bool on) { recording_ = on; }
    /// Puts a line into the record: "this had been promised by now".
    void mark(std::string text) { add({FileEvent::Kind::mark, std::move(text), 0, {}, false}); }
    std::vector<FileEvent> events() const {
        const std::lock_guard lock(mutex_);
        return events_;
    }

private:
    struct File {
        sqlite3_file base;
        FaultVfs* owner;
        std::string* name;
        sqlite3_file* real() { return reinterpret_cast<sqlite3_file*>(this + 1); }
    };
    static File* of(sqlite3_file* file) { return reinterpret_cast<File*>(file); }
    static FaultVfs* of(sqlite3_vfs* vfs) { return static_cast<FaultVfs*>(vfs->pAppData); }
    static std::string base_name(const char* path) {
        const std::string_view text = path == nullptr ? "temporary" : path;
        return std::string(text.substr(text.rfind('/') + 1));
    }

    Fault fault_of(const std::string& name) {
        const Fault fault = name.ends_with(".spill") ? spill_fault_ : database_fault_;
        const std::uint32_t every = sparse_;
        if (fault != Fault::none && every > 0 && ++calls_ % every != 0) return Fault::none;
        return fault;
    }
    int code_for_change(File* file, int io_code) {
        switch (fault_of(*file->name)) {
            case Fault::full:
                return SQLITE_FULL;
            case Fault::io_error:
                return io_code;
            case Fault::read_only:
                return SQLITE_READONLY;
            case Fault::busy:
            case Fault::none:
                break;
        }
        return SQLITE_OK;
    }
    void add(FileEvent event) {
        if (!recording_) return;
        const std::lock_guard lock(mutex_);
        events_.push_back(std::move(event));
    }

    static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* out, int flags,
                    int* out_flags) {
        FaultVfs* self = of(vfs);
        File* file = of(out);
        file->base.pMethods = nullptr;
        const std::string name = base_name(path);
        const Fault fault = self->fault_of(name);
        if (fault == Fault::io_error) return SQLITE_IOERR;
        if (fault == Fault::read_only && name.ends_with(".spill")) return SQLITE_READONLY;
        const int code = self->real_->xOpen(self->real_, path, file->real(), flags, out_flags);
        if (code != SQLITE_OK) return code;
        file->owner = self;
        file->name = new std::string(name);
        file->base.pMethods = methods();
        return SQLITE_OK;
    }
    static int remove(sqlite3_vfs* vfs, const char* path, int sync_directory) {
        FaultVfs* self = of(vfs);
        if (self->fault_of(base_name(path)) == Fault::io_error) return SQLITE_IOERR_DELETE;
        self->add({FileEvent::Kind::remove, base_name(path), 0, {}, sync_directory != 0});
        return self->real_->xDelete(self->real_, path, sync_directory);
    }

    static int close(sqlite3_file* file) {
        delete of(file)->name;
        return of(file)->real()->pMethods->xClose(of(file)->real());
    }
    static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 offset) {
        return of(file)->real()->pMethods->xRead(of(file)->real(), to, count, offset);
    }
    static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 offset) {
        if (const int code = of(file)->owner->code_for_change(of(file), SQLITE_IOERR_WRITE))
            return code;
        of(file)->owner->add(
            {FileEvent::Kind::write, *of(file)->name, offset,
             std::string(static_cast<const char*>(from), static_cast<std::size_t>(count)), false});
        return of(file)->real()->pMethods->xWrite(of(file)->real(), from, count, offset);
    }
    static int truncate(sqlite3_file* file, sqlite3_int64 size) {
        if (const int code = of(file)->owner->code_for_change(of(file), SQLITE_IOERR_TRUNCATE))
            return code;
        of(file)->owner->add({FileEvent::Kind::truncate, *of(file)->name, size, {}, false});
        return of(file)->real()->pMethods->xTruncate(of(file)->real(), size);
    }
    static int sync(sqlite3_file* file, int flags) {
        if (of(file)->owner->fault_of(*of(file)->name) == Fault::io_error)
            return SQLITE_IOERR_FSYNC;
        of(file)->owner->add({FileEvent::Kind::sync, *of(file)->name, 0, {}, false});
        return of(file)->real()->pMethods->xSync(of(file)->real(), flags);
    }
    static int file_size(sqlite3_file* file, sqlite3_int64* size) {
        return of(file)->real()->pMethods->xFileSize(of(file)->real(), size);
    }
    static int lock(sqlite3_file* file, int level) {
        return of(file)->real()->pMethods->xLock(of(file)->real(), level);
    }
    static int unlock(sqlite3_file* file, int level) {
        return of(file)->real()->pMethods->xUnlock(of(file)->real(), level);
    }
    static int check_reserved(sqlite3_file* file, int* out) {
        return of(file)->real()->pMethods->xCheckReservedLock(of(file)->real(), out);
    }
    static int control(sqlite3_file* file, int op, void* argument) {
        return of(file)->real()->pMethods->xFileControl(of(file)->real(), op, argument);
    }
    static int sector_size(sqlite3_file* file) {
        return of(file)->real()->pMethods->xSectorSize(of(file)->real());
    }
    /// No promise beyond what a plain disk keeps: SQLite then guards against torn writes.
    static int characteristics(sqlite3_file*) { return 0; }
    static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
        return of(file)->real()->pMethods->xShmMap(of(file)->real(), page, size, extend, out);
    }
    static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
        const bool takes = (flags & SQLITE_SHM_LOCK) != 0 && (flags & SQLITE_SHM_EXCLUSIVE) != 0;
        if (takes && of(file)->owner->fault_of(*of(file)->name) == Fault::busy) return SQLITE_BUSY;
        return of(file)->real()->pMethods->xShmLock(of(file)->real(), offset, count, flags);
    }
    static void shm_barrier(sqlite3_file* file) {
        of(file)->real()->pMethods->xShmBarrier(of(file)->real());
    }
    static int shm_unmap(sqlite3_file* file, int remove_it) {
        return of(file)->real()->pMethods->xShmUnmap(of(file)->real(), remove_it);
    }
    static const sqlite3_io_methods* methods() {
        static const sqlite3_io_methods table{2,
                                              &close,
                                              &read,
                                              &write,
                                              &truncate,
                                              &sync,
                                              &file_size,
                                              &lock,
                                              &unlock,
                                              &check_reserved,
                                              &control,
                                              &sector_size,
                                              &characteristics,
                                              &shm_map,
                                              &shm_lock,
                                              &shm_barrier,
                                              &shm_unmap,
                                              nullptr,
                                              nullptr};
        return &table;
    }

    std::string name_;
    sqlite3_vfs* real_ = nullptr;
    sqlite3_vfs vfs_{};
    std::atomic<Fault> database_fault_{Fault::none};
    std::atomic<Fault> spill_fault_{Fault::none};
    std::atomic<std::uint32_t> sparse_{0};
    std::atomic<std::uint32_t> calls_{0};
    std::atomic<bool> recording_{false};
    mutable std::mutex mutex_;
    std::vector<FileEvent> events_;
};

}  // namespace llmr::testing
