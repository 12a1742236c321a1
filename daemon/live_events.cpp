#include "daemon/live_events.hpp"

#include <utility>

#include <fmt/format.h>

#include "core/json.hpp"
#include "daemon/stats_columns.hpp"

namespace llmr::daemon {
namespace {

/// The row as /router/queries shows it, without an id: it has none before it is committed.
std::string row_json(const storage::AttemptRow& row) {
    std::vector<Cell> cells;
    append_attempt_cells(row, 0, cells);
    std::string text;
    JsonWriter json(text);
    json.begin_object();
    write_cells(json, attempt_column_names().subspan(1), std::span(cells).subspan(1));
    json.end_object();
    return text;
}

}  // namespace

std::string event_text(std::string_view name, std::string_view data, std::int64_t id) {
    const std::string id_line = id == 0 ? std::string() : fmt::format("id: {}\n", id);
    return fmt::format("event: {}\n{}data: {}\n\n", name, id_line, data);
}

LiveEvents::Listener::Heard LiveEvents::Listener::take() {
    const std::lock_guard lock(mutex_);
    Heard heard;
    heard.events.assign(queue_.begin(), queue_.end());
    queue_.clear();
    heard.lost = std::exchange(lost_, 0);
    return heard;
}

std::shared_ptr<LiveEvents::Listener> LiveEvents::listen(std::function<void()> wake) {
    const std::lock_guard lock(mutex_);
    std::erase_if(listeners_, [](const auto& one) { return one.expired(); });
    wanted_ = static_cast<std::int64_t>(listeners_.size());
    if (listeners_.size() >= kMostListeners) return nullptr;
    auto listener = std::make_shared<Listener>();
    listener->wake_ = std::move(wake);
    listeners_.push_back(listener);
    ++wanted_;
    return listener;
}

std::vector<std::shared_ptr<LiveEvents::Listener>> LiveEvents::listeners() {
    std::vector<std::shared_ptr<Listener>> present;
    std::erase_if(listeners_, [&](const std::weak_ptr<Listener>& one) {
        auto held = one.lock();
        if (held) present.push_back(std::move(held));
        return one.expired();
    });
    wanted_ = static_cast<std::int64_t>(listeners_.size());
    return present;
}

void LiveEvents::publish(const storage::AttemptRow& row) {
    if (wanted_.load(std::memory_order_relaxed) == 0) return;
    const std::string data = row_json(row);
    const std::lock_guard lock(mutex_);
    const auto event = std::make_shared<const std::string>(event_text("query", data, ++last_id_));
    for (const auto& listener : listeners()) {
        bool first = false;
        {
            const std::lock_guard queue_lock(listener->mutex_);
            if (listener->queue_.size() >= kMostQueued) {
                ++listener->lost_;
                continue;
            }
            first = listener->queue_.empty();
            listener->queue_.push_back(event);
        }
        if (first) listener->wake_();
    }
}

void LiveEvents::wake_all() {
    const std::lock_guard lock(mutex_);
    for (const auto& listener : listeners())
        listener->wake_();
}

}  // namespace llmr::daemon
