#include "daemon/commands/explain.hpp"

#include <filesystem>
#include <memory>
#include <optional>

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/read.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/http/write.hpp>
#include <fmt/format.h>

#include "core/ids.hpp"
#include "core/json.hpp"
#include "core/log.hpp"
#include "daemon/app.hpp"

namespace llmr::daemon::commands {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
namespace fs = std::filesystem;

constexpr std::chrono::seconds kPatience{20};

std::string query_body(const std::string& text, const std::string& model) {
    std::string body;
    JsonWriter json(body);
    json.begin_object().field("model", model).key("messages").begin_array();
    json.begin_object().field("role", "user").field("content", text).end_object();
    json.end_array().end_object();
    return body;
}

/// An address that every interface stands for is asked on this machine.
std::string host_to_ask(const ListenAddress& address) {
    if (address.host == "0.0.0.0") return "127.0.0.1";
    return address.host == "::" ? "::1" : address.host;
}

/// The answer's body; nothing if nobody listens there.
std::optional<Result<std::string>> ask(const ListenAddress& address, const Config& config,
                                       const std::string& body) try {
    asio::io_context context;
    beast::tcp_stream stream(context);
    boost::system::error_code refused;
    const auto host = asio::ip::make_address(host_to_ask(address));
    stream.socket().connect({host, address.port}, refused);
    if (refused) return std::nullopt;
    http::request<http::string_body> request(http::verb::post,
                                             "/router/explain?for=/v1/chat/completions", 11, body);
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

/// A directory that goes away.
class ScratchDirectory {
public:
    ScratchDirectory() : path_(fs::temp_directory_path() / ("llm-router-" + random_alnum(12))) {
        fs::create_directories(path_);
    }
    ~ScratchDirectory() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    ScratchDirectory(const ScratchDirectory&) = delete;
    ScratchDirectory& operator=(const ScratchDirectory&) = delete;
    std::string file(const char* name) const { return (path_ / name).string(); }

private:
    fs::path path_;
};

Result<std::string> ask_own_router(const Config& config, const std::string& body) {
    const ScratchDirectory directory;
    Config own = config;
    own.listen = {{"127.0.0.1", 0}};
    own.db_path = directory.file("ledger.db");
    own.threads = 1;
    log::set_level("error");
    App app(std::make_shared<const Config>(std::move(own)));
    if (auto started = app.start(); !started) return started.error();
    auto answer = ask(app.addresses().front(), config, body);
    app.stop();
    if (!answer) return Error(Errc::internal, "the router that was begun for this does not answer");
    return std::move(*answer);
}

}  // namespace

Result<Explained> explain_query(const Config& config, const std::string& text,
                                const std::string& model) {
    const std::string body = query_body(text, model);
    for (const ListenAddress& address : config.listen) {
        if (auto answer = ask(address, config, body)) {
            if (!*answer) return answer->error();
            return Explained{std::move(**answer), false};
        }
    }
    auto answer = ask_own_router(config, body);
    if (!answer) return answer.error();
    return Explained{std::move(*answer), true};
}

}  // namespace llmr::daemon::commands
