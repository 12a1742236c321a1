// Ollama's model management: the router has no models of its own, but clients pull before they ask.
#include <algorithm>
#include <chrono>
#include <optional>
#include <utility>

#include <boost/asio/redirect_error.hpp>

#include "core/json.hpp"
#include "daemon/handlers/handlers.hpp"
#include "daemon/known_models.hpp"
#include "daemon/privacy.hpp"
#include "net/http_client.hpp"
#include "providers/codec.hpp"

namespace llmr::daemon::handlers {
namespace {

constexpr std::string_view kNdjson = "application/x-ndjson";
constexpr std::string_view kSuccess = R"({"status":"success"})";
/// A line of progress is some hundred bytes.
constexpr std::size_t kLongestLine = 64 * 1024;
/// How long a pulled model may take to be seen by discovery before its client is told.
constexpr std::chrono::seconds kSeenWithin{5};
constexpr std::chrono::milliseconds kLookEvery{20};

struct PullRequest {
    std::string model;
    bool stream = true;
    bool insecure = false;
};

Result<PullRequest> read_request(std::string_view body) {
    auto root = thread_json_parser().parse(body);
    if (!root) return root.error();
    PullRequest asked;
    asked.model = get_string(*root, "model").value_or(get_string(*root, "name").value_or(""));
    asked.stream = get_bool(*root, "stream").value_or(true);
    asked.insecure = get_bool(*root, "insecure").value_or(false);
    if (asked.model.empty()) return Error(Errc::missing_parameter, "model is required", "model");
    return asked;
}

/// Always as a stream: a download in one answer would say nothing for as long as it takes.
std::string upstream_body(const PullRequest& asked) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("model", asked.model).field("stream", true);
    if (asked.insecure) json.field("insecure", true);
    json.end_object();
    return body;
}

std::optional<std::size_t> first_local_ollama(const Config& config) {
    for (std::size_t i = 0; i < config.upstreams.size(); ++i) {
        const UpstreamConfig& upstream = config.upstreams[i];
        if (upstream.dialect == Dialect::ollama && upstream.locality == Locality::local) return i;
    }
    return std::nullopt;
}

/// One pull that an upstream carries out, line by line.
class Pull {
public:
    Pull(RequestContext& context, PullRequest asked)
        : context_(context), worker_(context.worker), asked_(std::move(asked)) {}
    ~Pull() { context_.client.unwatch(); }
    Pull(const Pull&) = delete;
    Pull& operator=(const Pull&) = delete;

    net::Task<void> run();

private:
    net::ClientRequest request_to(const UpstreamConfig& upstream, const std::string& body) const;
    net::Task<void> relay(net::ClientExchange& upstream);
    net::Task<void> take_line(std::string line);
    net::Task<void> send_line(const std::string& line);
    net::Task<void> wait_until_known();
    net::Task<void> finish();
    net::Task<void> fail(Error error);

    RequestContext& context_;
    Worker& worker_;
    PullRequest asked_;
    net::Cancellation cancellation_;
    bool succeeded_ = false;
    std::optional<Error> failure_;  ///< the upstream's own error line
};

net::ClientRequest Pull::request_to(const UpstreamConfig& upstream, const std::string& body) const {
    const Config& config = *worker_.config();
    net::ClientRequest request;
    request.path = "/api/pull";
    request.body = body;
    request.local_only = local_only_of(context_);
    request.headers.emplace_back("Content-Type", "application/json");
    add_credential(upstream, {}, request);
    request.timeouts.connect = config.connect_timeout;
    request.timeouts.first_byte = config.local_first_byte_timeout;
    request.timeouts.idle = config.stream_idle_timeout;
    return request;
}

net::Task<void> Pull::run() {
    const std::shared_ptr<const Config> config = worker_.config();
    const auto index = first_local_ollama(*config);
    if (!index) {
        Error error(Errc::no_upstream, "there is no local Ollama to pull the model");
        co_await fail(std::move(error));
        co_return;
    }
    context_.client.watch([this](StopReason) { cancellation_.cancel(); }, [] {});
    const std::string body = upstream_body(asked_);
    net::ClientRequest request = request_to(config->upstreams[*index], body);
    net::SendResult result =
        co_await worker_.client(*index).send(std::move(request), &cancellation_);
    if (!result.exchange) {
        co_await fail(std::move(result.failure->error));
        co_return;
    }
    const int status = result.exchange->status();
    if (status / 100 != 2) {
        auto said = co_await result.exchange->read_all(kLongestLine);
        const std::string text = said ? std::move(*said) : std::string();
        co_await fail(providers::parse_upstream_error(Dialect::ollama, status, text));
        co_return;
    }
    co_await relay(*result.exchange);
}

net::Task<void> Pull::relay(net::ClientExchange& upstream) {
    std::string bytes;
    bool more = true;
    while (more && !succeeded_ && !failure_) {
        auto got = co_await upstream.read_some(bytes);
        if (!got) {
            co_await fail(got.error());
            co_return;
        }
        more = *got;
        if (!more && !bytes.empty()) bytes += '\n';  // a last line that nothing ends
        for (std::size_t end = bytes.find('\n'); end != bytes.npos; end = bytes.find('\n')) {
            std::string line = bytes.substr(0, end);
            bytes.erase(0, end + 1);
            co_await take_line(std::move(line));
        }
        if (bytes.size() > kLongestLine) {
            Error error(Errc::upstream_bad_response, "a line of the pull is too long");
            co_await fail(std::move(error));
            co_return;
        }
        if (context_.client.stopped() != StopReason::none) co_return;
    }
    co_await finish();
}

net::Task<void> Pull::take_line(std::string line) {
    if (line.empty() || succeeded_ || failure_) co_return;
    auto root = thread_json_parser().parse(line);
    const auto error = root ? get_string(*root, "error") : std::nullopt;
    if (error) {
        failure_ = Error(Errc::upstream_error, std::string(*error));
        failure_->upstream_status = 500;  // Ollama's own for a pull in one piece
    }
    // Told once the router knows the model.
    succeeded_ = root && get_string(*root, "status") == "success";
    if (asked_.stream && !succeeded_) co_await send_line(line);
}

net::Task<void> Pull::send_line(const std::string& line) {
    if (!context_.client.stream_begun()) {
        Reply reply;
        reply.content_type = kNdjson;
        context_.client.begin_stream(reply);
    }
    const std::string bytes = line + "\n";
    co_await context_.client.write(bytes);
}

/// Clients ask the model right after: until discovery has seen it, it would be unknown.
net::Task<void> Pull::wait_until_known() {
    worker_.services().look_again();
    const SteadyTime limit = steady_now() + kSeenWithin;
    net::Timer timer(worker_.executor());
    while (steady_now() < limit && context_.client.stopped() == StopReason::none &&
           worker_.landscape()->catalog.find(asked_.model).empty()) {
        timer.expires_after(kLookEvery);
        boost::system::error_code ignored;
        auto token = net::asio::redirect_error(net::use_task, ignored);
        co_await timer.async_wait(token);
    }
}

net::Task<void> Pull::finish() {
    if (succeeded_) co_await wait_until_known();
    if (!succeeded_ && !failure_)
        failure_ = Error(Errc::upstream_stream_cut, "the pull ended before it was complete");
    if (!asked_.stream && failure_) {
        co_await fail(std::move(*failure_));
    } else if (!asked_.stream) {
        Reply reply = json_reply(std::string(kSuccess));
        co_await context_.client.send(std::move(reply));
    } else if (succeeded_) {
        co_await send_line(std::string(kSuccess));
        co_await context_.client.end_stream({});
    } else if (failure_->code == Errc::upstream_error) {
        co_await context_.client.end_stream({});  // the upstream's line was the last one
    } else {
        co_await fail(std::move(*failure_));
    }
}

net::Task<void> Pull::fail(Error error) {
    if (context_.client.stopped() == StopReason::client_gone) co_return;
    if (context_.client.stream_begun()) {
        const std::string frame = providers::stream_error_frame(Dialect::ollama, error);
        co_await context_.client.break_stream(frame);
        co_return;
    }
    Reply reply = error_reply(Dialect::ollama, error);
    co_await context_.client.send(std::move(reply));
}

/// What a client that pulls waits for, of a model that needs none.
Reply done_at_once(bool stream) {
    if (!stream) return json_reply(std::string(kSuccess));
    std::string lines;
    for (const std::string_view status :
         {"pulling manifest", "verifying sha256 digest", "writing manifest", "success"}) {
        JsonWriter(lines).begin_object().field("status", status).end_object();
        lines += '\n';
    }
    Reply reply = json_reply(std::move(lines));
    reply.content_type = kNdjson;
    return reply;
}

Error not_managed(std::string_view what) {
    return {Errc::forbidden_operation, std::string(what)};
}

net::Task<void> refuse(RequestContext& context, Error error) {
    Reply reply = error_reply(Dialect::ollama, error);
    co_await context.client.send(std::move(reply));
}

}  // namespace

net::Task<void> ollama_pull(RequestContext& context) {
    auto asked = read_request(context.body());
    if (!asked) {
        co_await refuse(context, asked.error());
        co_return;
    }
    const auto model = known_model(context.worker, asked->model);
    if (model) {
        Reply reply = done_at_once(asked->stream);
        co_await context.client.send(std::move(reply));
        co_return;
    }
    if (!context.worker.config()->allow_pull) {
        co_await refuse(context, not_managed("model '" + asked->model +
                                             "' is not installed, and the router pulls no models; "
                                             "LLM_ALLOW_PULL=on lets it ask Ollama to"));
        co_return;
    }
    Pull pull(context, std::move(*asked));
    co_await pull.run();
}

net::Task<void> no_model_management(RequestContext& context) {
    return refuse(context, not_managed("the router does not manage models; ask Ollama itself"));
}

}  // namespace llmr::daemon::handlers
