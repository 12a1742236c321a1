#pragma once

#include <deque>
#include <optional>
#include <string>
#include <string_view>

#include "core/chat_request.hpp"

namespace llmr::providers {

/// Matches tool results with their calls. Ollama's calls may lack ids and its results name a tool;
/// every other dialect wants the id of the call. Lives while one history is written.
class OpenCalls {
public:
    /// The id of a call, invented if it has none.
    std::string add(std::string_view id, std::string_view name) {
        const bool invented = id.empty();
        std::string given = invented ? "call_" + std::to_string(invented_++) : std::string(id);
        open_.push_back({given, name, invented});
        return given;
    }

    /// The id of the call that `result` answers: by id, else the first open one of that name, else
    /// (a result without a name) the first open one. A client that gives results ids of its own
    /// making does so only where the calls had none.
    std::optional<std::string> answer(const Message& result) {
        if (!result.tool_call_id.empty()) {
            auto id = take([&](const Call& call) { return call.id == result.tool_call_id; });
            if (id) return id;
        }
        const bool unknown_id = !result.tool_call_id.empty();
        return take([&](const Call& call) {
            if (unknown_id && !call.invented) return false;
            return result.tool_name.empty() || call.name == result.tool_name;
        });
    }

private:
    struct Call {
        std::string id;
        std::string_view name;
        bool invented;
    };

    template <class Matches>
    std::optional<std::string> take(Matches&& matches) {
        for (auto call = open_.begin(); call != open_.end(); ++call) {
            if (!matches(*call)) continue;
            std::string id = std::move(call->id);
            open_.erase(call);
            return id;
        }
        return std::nullopt;
    }

    std::deque<Call> open_;
    int invented_ = 0;
};

}  // namespace llmr::providers
