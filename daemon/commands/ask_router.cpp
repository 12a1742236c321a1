#include "daemon/commands/ask_router.hpp"

#include <exception>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include "core/json.hpp"
#include "net/executor.hpp"

namespace llmr::daemon::commands {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

using HttpQuestion = http::request<http::string_body>;
using HttpAnswer = http::response<http::string_body>;

constexpr std::chrono::seconds kPatience{20};

/// An address that every interface stands for is asked on this machine.
std::string host_to_ask(const ListenAddress& address) {
    if (address.host == "0.0.0.0") return "127.0.0.1";
    return address.host == "::" ? "::1" : address.host;
}

/// What a conversation with a router has come to.
struct Outcome {
    bool ended = false;
    bool connected = false;
    boost::system::error_code failure;
    HttpAnswer answer;
};

net::Task<void> converse(net::Socket& socket, const asio::ip::tcp::endpoint& router,
                         const HttpQuestion& question, Outcome& outcome) {
    auto token = asio::redirect_error(net::use_task, outcome.failure);
    co_await socket.async_connect(router, token);
    if (outcome.failure) co_return;
    outcome.connected = true;
    co_await http::async_write(socket, question, token);
    if (outcome.failure) co_return;
    beast::flat_buffer buffer;
    co_await http::async_read(socket, buffer, outcome.answer, token);
}

/// Nothing: nobody listens there.
std::optional<Result<HttpAnswer>> ask(const ListenAddress& address, HttpQuestion question,
                                      std::chrono::milliseconds patience) try {
    asio::io_context context(1);
    net::Socket socket(context.get_executor());
    const asio::ip::tcp::endpoint router(asio::ip::make_address(host_to_ask(address)),
                                         address.port);
    question.set(http::field::host, "localhost");
    question.prepare_payload();
    Outcome outcome;
    std::exception_ptr thrown;
    asio::co_spawn(context.get_executor(), converse(socket, router, question, outcome),
                   [&](std::exception_ptr failure) {
                       thrown = std::move(failure);
                       outcome.ended = true;
                   });
    context.run_for(patience);
    if (thrown) std::rethrow_exception(thrown);
    if (!outcome.ended) {
        return Result<HttpAnswer>(
            Error(Errc::internal,
                  fmt::format("the router did not answer within {} ms", patience.count())));
    }
    if (!outcome.connected) return std::nullopt;
    if (outcome.failure)
        return Result<HttpAnswer>(Error(Errc::internal, outcome.failure.message()));
    return Result<HttpAnswer>(std::move(outcome.answer));
} catch (const std::exception& failure) {
    return Result<HttpAnswer>(Error(Errc::internal, failure.what()));
}

/// The message of an error in OpenAI's shape.
std::string message_of(const HttpAnswer& answer) {
    std::string message = fmt::format("the router answered {}", answer.result_int());
    if (auto root = thread_json_parser().parse(answer.body())) {
        if (const auto error = get_value(*root, "error"))
            message = get_string(*error, "message").value_or(message);
    }
    return message;
}

}  // namespace

std::optional<Result<std::string>> ask_router(const ListenAddress& address, const Config& config,
                                              const std::string& path, const std::string& body) {
    constexpr int kHttp11 = 11;
    HttpQuestion question(http::verb::post, path, kHttp11, body);
    if (!config.api_keys.empty())
        question.set(http::field::authorization, "Bearer " + config.api_keys.front().reveal());
    auto answer = ask(address, std::move(question), kPatience);
    if (!answer) return std::nullopt;
    if (!*answer) return Result<std::string>(answer->error());
    if ((**answer).result() == http::status::ok)
        return Result<std::string>(std::move((**answer).body()));
    return Result<std::string>(Error(Errc::internal, message_of(**answer)));
}

std::optional<Result<std::string>> ask_running_router(const Config& config, const std::string& path,
                                                      const std::string& body) {
    for (const ListenAddress& address : config.listen) {
        if (auto answer = ask_router(address, config, path, body)) return answer;
    }
    return std::nullopt;
}

std::optional<Result<int>> probe_router(const ListenAddress& address, const std::string& path,
                                        std::chrono::milliseconds patience) {
    constexpr int kHttp11 = 11;
    auto answer = ask(address, HttpQuestion(http::verb::get, path, kHttp11), patience);
    if (!answer) return std::nullopt;
    if (!*answer) return Result<int>(answer->error());
    return Result<int>(static_cast<int>((**answer).result_int()));
}

}  // namespace llmr::daemon::commands
