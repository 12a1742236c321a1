#include <fmt/format.h>

#include "core/json.hpp"
#include "daemon/cli.hpp"
#include "daemon/commands/ask_router.hpp"
#include "daemon/commands/commands.hpp"

namespace llmr::daemon::commands {

int feedback(const FeedbackOptions& options) {
    const auto config = load_or_complain();
    if (!config) return kExitConfig;
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("request_id", options.request_id)
        .field("verdict", options.verdict)
        .end_object();
    const auto answer = ask_running_router(*config, "/router/feedback", body);
    if (!answer) {
        fmt::print(stderr, "error: no router is running at {}\n",
                   config->listen.front().host + ":" + std::to_string(config->listen.front().port));
        return kExitFailure;
    }
    if (!*answer) {
        fmt::print(stderr, "error: {}\n", answer->error().message);
        return kExitFailure;
    }
    const auto root = thread_json_parser().parse(**answer);
    if (!root) return kExitFailure;
    fmt::print("noted: {} was {}; {} queries now count {:+.2f} in complexity\n", options.request_id,
               options.verdict, get_string(*root, "type").value_or("its"),
               get_double(*root, "calibration_shift").value_or(0));
    return kExitOk;
}

}  // namespace llmr::daemon::commands
