#pragma once

#include <memory>
#include <string>

#include "core/error.hpp"

namespace boost::asio::ssl {
class context;
}

namespace llmr::net {

/// A client context: TLS 1.2 or newer, the system's trust store plus the PEM certificates of
/// `extra_ca_file` (if not empty), peer verification on. Shared by all connections of a process.
/// Errors: internal; invalid_parameter, with the path, if that file cannot be read, holds no
/// certificate, or one that is damaged.
Result<std::shared_ptr<boost::asio::ssl::context>> make_client_tls(
    const std::string& extra_ca_file = {});

}  // namespace llmr::net
