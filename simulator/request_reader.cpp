#include "simulator/request_reader.hpp"

#include <algorithm>

namespace llmr::simulator {
namespace {

namespace beast = boost::beast;
namespace http = beast::http;

constexpr std::uint32_t kHeaderLimit = 64 * 1024;
constexpr std::uint64_t kBodyLimit = 64ULL * 1024 * 1024;
constexpr std::size_t kReadSize = 8 * 1024;
constexpr std::size_t kBodyReadSize = 128 * 1024;

std::string_view to_std(beast::string_view text) {
    return {text.data(), text.size()};
}

int status_of(const beast::error_code& error) {
    if (error == http::error::body_limit) {
        return 413;
    }
    return error == http::error::header_limit || error == http::error::buffer_overflow ? 431 : 400;
}

}  // namespace

boost::asio::mutable_buffer RequestReader::space() {
    const bool large = parser_ && parser_->is_header_done() &&
                       parser_->content_length_remaining().value_or(0) > kReadSize;
    return buffer_.prepare(large ? kBodyReadSize : kReadSize);
}

void RequestReader::start() {
    parser_.emplace();
    parser_->eager(true);
    parser_->header_limit(kHeaderLimit);
    parser_->body_limit(kBodyLimit);
    continued_ = false;
}

RequestReader::State RequestReader::advance() {
    while (!parser_->is_done() && buffer_.size() > 0) {
        beast::error_code error;
        const auto used = parser_->put(buffer_.data(), error);
        buffer_.consume(used);
        if (error == http::error::need_more) {
            break;
        }
        if (error) {
            refusal_status_ = status_of(error);
            return State::refused;
        }
        if (used == 0) {
            break;
        }
    }
    return parser_->is_done() ? State::complete : State::incomplete;
}

bool RequestReader::must_continue() {
    if (continued_ || !parser_->is_header_done()) {
        return false;
    }
    continued_ = true;
    return understands_chunks() &&
           beast::iequals(parser_->get()[http::field::expect], "100-continue");
}

HttpRequest RequestReader::request() const {
    const auto& message = parser_->get();
    HttpRequest request;
    request.method = to_std(message.method_string());
    const auto target = to_std(message.target());
    const auto mark = std::min(target.find('?'), target.size());
    request.path = target.substr(0, mark);
    request.query = target.substr(std::min(mark + 1, target.size()));
    request.body = message.body();
    request.authorization = to_std(message[http::field::authorization]);
    request.api_key = to_std(message["x-api-key"]);
    request.anthropic_version = to_std(message["anthropic-version"]);
    request.anthropic_beta = to_std(message["anthropic-beta"]);
    request.goog_api_key = to_std(message["x-goog-api-key"]);
    return request;
}

}  // namespace llmr::simulator
