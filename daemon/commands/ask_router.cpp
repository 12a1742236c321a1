#include "daemon/commands/ask_router.hpp"

#include <chrono>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include "core/json.hpp"

namespace llmr::daemon::commands {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::chrono::seconds kPatience{20};

/// An address that every interface stands for is asked on this machine.
std::string host_to_ask(const ListenAddress& address) {
    if (address.host == "0.0.0.0") return "127.0.0.1";
    return address.host == "::" ? "::1" : address.host;
}

}  // namespace

std::optional<Result<std::string>> ask_router(const ListenAddress& address, const Config& config,
                                              const std::string& path,
                                              const std::string& body) try {
    asio::io_context context;
    beast::tcp_stream stream(context);
    boost::system::error_code refused;
    const auto host = asio::ip::make_address(host_to_ask(address));
    stream.socket().connect({host, address.port}, refused);
    if (refused) return std::nullopt;
    http::request<http::string_body> request(http::verb::post, path, 11, body);
    request.set(http::field::host, "localhost");
    if (!config.api_keys.empty())
        request.set(http::field::authorization, "Bearer " + config.api_keys.front().reveal());
    request.prepare_payload();
    stream.expires_after(kPatience);
    http::write(stream, request);
    beast::flat_buffer buffer;
    http::response<http::string_body> answer;
    http::read(stream, buffer, answer);
    if (answer.result() == http::status::ok) return Result<std::string>(answer.body());
    std::string message = fmt::format("the router answered {}", answer.result_int());
    if (auto root = thread_json_parser().parse(answer.body())) {
        if (const auto error = get_value(*root, "error"))
            message = get_string(*error, "message").value_or(message);
    }
    return Result<std::string>(Error(Errc::internal, std::move(message)));
} catch (const std::exception& failure) {
    return Result<std::string>(Error(Errc::internal, failure.what()));
}

std::optional<Result<std::string>> ask_running_router(const Config& config, const std::string& path,
                                                      const std::string& body) {
    for (const ListenAddress& address : config.listen) {
        if (auto answer = ask_router(address, config, path, body)) return answer;
    }
    return std::nullopt;
}

}  // namespace llmr::daemon::commands
