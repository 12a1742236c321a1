#include <utility>

#include "core/json.hpp"
#include "daemon/experience.hpp"
#include "daemon/handlers/handlers.hpp"

namespace llmr::daemon::handlers {
namespace {

struct Said {
    std::string request_id;
    bool good = false;
};

Result<Said> read_said(std::string_view body) {
    const auto root = thread_json_parser().parse(body);
    if (!root) return root.error();
    const auto id = get_string(*root, "request_id");
    if (!id || id->empty())
        return Error(Errc::missing_parameter,
                     "request_id is missing: the answer's header "
                     "x-router-request-id has it",
                     "request_id");
    const auto verdict = get_string(*root, "verdict").value_or("");
    if (verdict != "good" && verdict != "bad")
        return Error(Errc::invalid_parameter, "verdict must be good or bad", "verdict");
    return Said{std::string(*id), verdict == "good"};
}

net::Task<Result<std::string>> judged(RequestContext& context) {
    auto said = read_said(context.body());
    if (!said) co_return said.error();
    Worker& worker = context.worker;
    auto judged = co_await worker.services().experience->judge(worker, said->request_id, said->good,
                                                               worker.config()->online_calibration);
    if (!judged) co_return judged.error();
    if (!*judged)
        co_return Error(Errc::not_found, "the ledger has no finished query of this id",
                        "request_id");
    std::string body;
    JsonWriter json(body);
    json.begin_object()
        .field("request_id", said->request_id)
        .field("verdict", said->good ? "good" : "bad")
        .field("type", to_string((*judged)->type))
        .field("calibration_shift", (*judged)->shift)
        .end_object();
    co_return body;
}

}  // namespace

net::Task<void> feedback(RequestContext& context) {
    auto body = co_await judged(context);
    Reply reply = body ? json_reply(std::move(*body)) : error_reply(context.dialect, body.error());
    co_await context.client.send(std::move(reply));
}

}  // namespace llmr::daemon::handlers
