#pragma once

#include <condition_variable>
#include <mutex>
#include <string>
#include <thread>

namespace llmr::storage {

/// Copies the WAL back into the database on a thread of its own, so that no commit waits for the
/// disk meanwhile: SQLite lets a connection write while another one checkpoints. Each run opens the
/// file anew and so never holds on to one that was replaced. A failure is harmless: the WAL keeps
/// everything and the next run tries again. Thread-safe.
class Checkpointer {
public:
    /// `vfs` empty: the system's.
    Checkpointer(std::string path, std::string vfs);
    ~Checkpointer();
    Checkpointer(const Checkpointer&) = delete;
    Checkpointer& operator=(const Checkpointer&) = delete;

    /// Begins a run; one that is under way counts as this one.
    void start();
    bool busy() const;
    void wait_idle();

private:
    void run();
    void checkpoint() const;

    const std::string path_;
    const std::string vfs_;
    mutable std::mutex mutex_;
    std::condition_variable changed_;
    bool wanted_ = false;
    bool stop_ = false;
    std::thread thread_;
};

}  // namespace llmr::storage
