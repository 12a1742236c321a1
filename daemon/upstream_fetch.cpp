#include "daemon/upstream_fetch.hpp"

#include <utility>

#include "providers/codec.hpp"

namespace llmr::daemon {
namespace {

/// Model lists are small; this bounds what a broken upstream can make us hold.
constexpr std::size_t kAnswerLimit = 8 << 20;

}  // namespace

net::Task<Result<std::string>> fetch_from(Worker& worker, std::size_t upstream_index,
                                          std::string_view path, std::string body, LocalOnly rule) {
    const std::shared_ptr<const Config> config = worker.config();
    const UpstreamConfig& upstream = config->upstreams[upstream_index];
    net::ClientRequest request;
    request.method = body.empty() ? "GET" : "POST";
    request.path = path;
    request.body = body;
    request.local_only = rule;
    request.headers.emplace_back("Accept", "application/json");
    if (upstream.dialect == Dialect::anthropic)
        request.headers.emplace_back("anthropic-version", providers::kAnthropicVersion);
    if (!body.empty()) request.headers.emplace_back("Content-Type", "application/json");
    auto credential = co_await worker.credentials(upstream_index).choose(worker, upstream_index);
    if (!credential) co_return credential.error();
    add_credential(upstream, *credential, request);
    request.timeouts.connect = config->connect_timeout;
    request.timeouts.first_byte = std::chrono::seconds(10);
    request.timeouts.idle = std::chrono::seconds(10);

    net::SendResult result =
        co_await worker.client(upstream_index).send(std::move(request), nullptr);
    if (!result.exchange) co_return std::move(result.failure->error);
    auto answer = co_await result.exchange->read_all(kAnswerLimit);
    if (!answer) co_return answer.error();
    const int status = result.exchange->status();
    if (status / 100 != 2) {
        Error error = providers::parse_upstream_error(upstream.dialect, status, *answer);
        hide_credential(*credential, error);
        co_return error;
    }
    co_return std::move(*answer);
}

}  // namespace llmr::daemon
