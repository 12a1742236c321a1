#pragma once

#include <optional>
#include <string_view>

#include <boost/asio/buffer.hpp>
#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

namespace llmr::test {

/// A request head as Beast reads it from the wire; nothing if Beast itself refuses it.
inline std::optional<boost::beast::http::request_header<>> parse_head(std::string_view text) {
    namespace http = boost::beast::http;
    http::request_parser<http::string_body> parser;
    parser.header_limit(64 * 1024);
    parser.body_limit(boost::none);
    boost::system::error_code ec;
    parser.put(boost::asio::buffer(text.data(), text.size()), ec);
    if (ec || !parser.is_header_done()) return std::nullopt;
    return parser.get().base();
}

}  // namespace llmr::test
