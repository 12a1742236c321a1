#include "storage/checkpointer.hpp"

#include <sqlite3.h>
#include <utility>

namespace llmr::storage {

Checkpointer::Checkpointer(std::string path, std::string vfs)
    : path_(std::move(path)), vfs_(std::move(vfs)), thread_([this] { run(); }) {}

Checkpointer::~Checkpointer() {
    {
        const std::lock_guard lock(mutex_);
        stop_ = true;
    }
    changed_.notify_all();
    thread_.join();
}

void Checkpointer::start() {
    {
        const std::lock_guard lock(mutex_);
        wanted_ = true;
    }
    changed_.notify_all();
}

bool Checkpointer::busy() const {
    const std::lock_guard lock(mutex_);
    return wanted_;
}

void Checkpointer::wait_idle() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !wanted_; });
}

void Checkpointer::run() {
    std::unique_lock lock(mutex_);
    for (;;) {
        changed_.wait(lock, [this] { return wanted_ || stop_; });
        if (stop_) return;
        lock.unlock();
        checkpoint();
        lock.lock();
        wanted_ = false;
        changed_.notify_all();
    }
}

/// The plain API: a failure to open is nothing to throw about.
void Checkpointer::checkpoint() const {
    sqlite3* database = nullptr;
    const int opened =
        sqlite3_open_v2(path_.c_str(), &database, SQLITE_OPEN_READWRITE | SQLITE_OPEN_NOMUTEX,
                        vfs_.empty() ? nullptr : vfs_.c_str());
    // A connection learns of the WAL when it reads.
    if (opened == SQLITE_OK &&
        sqlite3_exec(database, "PRAGMA user_version", nullptr, nullptr, nullptr) == SQLITE_OK)
        sqlite3_wal_checkpoint_v2(database, nullptr, SQLITE_CHECKPOINT_PASSIVE, nullptr, nullptr);
    sqlite3_close(database);
}

}  // namespace llmr::storage
